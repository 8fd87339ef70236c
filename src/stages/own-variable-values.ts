import type { OwnVariablesValues, OwnVariableValues } from '../model/context.js';
import { camelCase, pascalCase } from '../model/names.js';
import { variableTypes, type OwnVariable } from '../model/own-variable.js';
import type { SettingValue } from '../model/request.js';
import { presentValue } from '../model/setting-schema.js';
import { settingOf } from './own-variables.js';

const types = ['secret', ...variableTypes] as const;

const samples = {
  secret: 'example',
  text: 'example',
  integer: '1',
  number: '1.5',
  boolean: 'true',
  duration: '1s',
  url: 'http://localhost',
} as const;

/** What templates print of the variables of the service's own code. */
export function ownValues(variables: readonly OwnVariable[]): OwnVariablesValues {
  const all = variables.map(valuesOf);
  return {
    variables: all,
    types: Object.fromEntries(types.map((type) => [type, all.some(({ is }) => is[type])])),
    required: all.some(({ required }) => required),
  };
}

function valuesOf(variable: OwnVariable): OwnVariableValues {
  const { name, doc, from, value } = variable;
  const secret = from !== undefined && 'secret' in from ? from.secret : '';
  const type = secret === '' ? variable.type : 'secret';
  const words = name.toLowerCase().replaceAll('_', '-');
  return {
    name,
    goName: pascalCase(words),
    camelName: camelCase(words),
    doc,
    is: Object.fromEntries(types.map((one) => [one, one === type])),
    required: variable.default === undefined,
    default: textOf(variable, variable.default),
    sample: samples[type],
    isSet: value !== undefined,
    value: textOf(variable, value),
    secret,
    configMap: from !== undefined && 'configMap' in from ? from.configMap : '',
    key: from?.key ?? '',
  };
}

/** A value as the environment says it. */
function textOf({ type }: OwnVariable, value: SettingValue | undefined): string {
  if (value === undefined) return '';
  const presented = presentValue(settingOf(type), value);
  return typeof presented === 'string' ? presented : JSON.stringify(presented);
}
