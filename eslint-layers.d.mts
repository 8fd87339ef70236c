import type { Linter } from 'eslint';

export declare const layerConfigs: readonly Linter.Config[];
