import type { Condition } from '../model/manifest.js';
import type { Request, SettingValue } from '../model/request.js';
import { settingAt } from './settings.js';

/** True when every part of a manifest's condition holds for the request. */
export function holds(condition: Condition, request: Request): boolean {
  const { upstreams, value, above } = condition;
  if (!condition.with.every((id) => request.active.has(id))) return false;
  if (condition.without.some((id) => request.active.has(id))) return false;
  if (upstreams !== undefined && (upstreams === 'some') !== request.upstreams.length > 0)
    return false;
  if (value === undefined) return true;
  const actual = valueAt(value, request);
  return above === undefined ? isTruthy(actual) : Number(actual) > above;
}

/** The value of `<capability>.<setting path>`. */
function valueAt(path: string, request: Request): SettingValue | undefined {
  const [id = '', ...rest] = path.split('.');
  return settingAt(request.capabilities.get(id) ?? {}, rest.join('.'));
}

/** As Handlebars' `if` would say: empty lists, 0 and "" are false. */
function isTruthy(value: SettingValue | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
