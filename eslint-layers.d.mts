import type { Linter } from 'eslint';

export declare const layerConfigs: readonly Linter.Config[];
export declare function wrongWay(file: string, specifier: string): string | undefined;
