import type { Condition } from '../model/condition.js';
import type { Request, SettingValue } from '../model/request.js';
import { settingAt } from './settings.js';

/** True when every part of a manifest's condition holds for the request. */
export function holds(condition: Condition, request: Request): boolean {
  const { upstreams, mesh, setting, is, above } = condition;
  if (!holdsOfTransports(condition, request)) return false;
  if (!condition.with.every((id) => request.active.has(id))) return false;
  if (condition.without.some((id) => request.active.has(id))) return false;
  if (upstreams !== undefined && (upstreams === 'some') !== request.upstreams.length > 0)
    return false;
  if (mesh !== undefined && mesh !== request.mesh) return false;
  if (setting === undefined) return true;
  const actual = valueAt(setting, request);
  if (is !== undefined && actual !== is) return false;
  if (above !== undefined) return Number(actual) > above;
  return is !== undefined || isTruthy(actual);
}

function holdsOfTransports({ serves, calls, uses }: Condition, request: Request): boolean {
  const isServed = (id: string) => request.service.transport === id;
  const isCalled = (id: string) => request.upstreams.some(({ transport }) => transport === id);
  return (
    (serves === undefined || isServed(serves)) &&
    (calls === undefined || isCalled(calls)) &&
    (uses === undefined || isServed(uses) || isCalled(uses))
  );
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
