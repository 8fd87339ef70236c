export const driftFormats = ['text', 'json', 'sarif', 'github', 'markdown'] as const;
export type DriftFormat = (typeof driftFormats)[number];
