export declare const debt: readonly string[];
