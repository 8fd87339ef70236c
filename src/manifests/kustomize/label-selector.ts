/** One requirement of a selector on the value of a label, undefined where the label is absent. */
type Requirement = { readonly key: string; readonly holds: (value: string | undefined) => boolean };

/**
 * Whether labels fit a selector of Kubernetes, as `tier in (web, api), !canary, team=shop` (labels.Parse of
 * k8s.io/apimachinery).
 *
 * @returns undefined for a text that is no selector, which kustomize refuses
 */
export function fitsSelector(
  selector: string,
  valueOf: (key: string) => string | undefined,
): boolean | undefined {
  const requirements = parts(selector).map(parse);
  if (requirements.some((requirement) => requirement === undefined)) return undefined;
  return requirements.every((one) => one === undefined || one.holds(valueOf(one.key)));
}

/** Commas within parentheses part values. */
function parts(selector: string): readonly string[] {
  return selector.trim() === '' ? [] : selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

const KEY = String.raw`((?:[\w.-]+\/)?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)`;
const VALUE = String.raw`([\w.-]*)`;
const SET = new RegExp(String.raw`^${KEY}\s+(in|notin)\s*\(([^()]*)\)$`);
const EQUAL = new RegExp(String.raw`^${KEY}\s*(==|=|!=)\s*${VALUE}$`);
const BOUND = new RegExp(String.raw`^${KEY}\s*([<>])\s*(\d+)$`);
const THERE = new RegExp(String.raw`^(!?)\s*${KEY}$`);

function parse(part: string): Requirement | undefined {
  const [, inKey, inWord, list = ''] = SET.exec(part) ?? [];
  if (inKey !== undefined) {
    const values = new Set(list.split(',').map((value) => value.trim()));
    return inWord === 'in'
      ? { key: inKey, holds: (value) => value !== undefined && values.has(value) }
      : { key: inKey, holds: (value) => value === undefined || !values.has(value) };
  }
  const [, key, operator, wanted] = EQUAL.exec(part) ?? [];
  if (key !== undefined)
    return { key, holds: (value) => (value === wanted) === (operator !== '!=') };
  const [, numbered, sign, bound] = BOUND.exec(part) ?? [];
  if (numbered !== undefined)
    return {
      key: numbered,
      holds: (value) =>
        value !== undefined &&
        /^-?\d+$/.test(value) &&
        (sign === '>' ? Number(value) > Number(bound) : Number(value) < Number(bound)),
    };
  const [, not, named] = THERE.exec(part) ?? [];
  if (named === undefined) return undefined;
  return { key: named, holds: (value) => (value === undefined) === (not === '!') };
}
