import type { SettingValue } from './request.js';

/** What the text of a variable is read as. */
export const variableTypes = ['text', 'integer', 'number', 'boolean', 'duration', 'url'] as const;
export type VariableType = (typeof variableTypes)[number];

/** Where Kubernetes takes the value of a variable from. */
export type VariableSource =
  | { readonly secret: string; readonly key: string }
  | { readonly configMap: string; readonly key: string };

/** An environment variable of the service's own code, as scaffold.yaml declares it. */
export type OwnVariable = {
  readonly name: string;
  readonly type: VariableType;
  readonly doc: string;
  /** In base units (durations in ms); without one the process does not start unless the variable is set. */
  readonly default?: SettingValue | undefined;
  readonly from?: VariableSource | undefined;
  /** What an environment sets it to, in base units. */
  readonly value?: SettingValue | undefined;
};
