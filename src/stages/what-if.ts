import { isMap, isSeq } from 'yaml';

import { inputError } from '../model/errors.js';
import { documentOf, setAt, type YamlValue } from '../manifests/edit-yaml.js';
import { quote } from '../model/text.js';
import { readYamlValue } from './parse-yaml.js';

/**
 * scaffold.yaml with one setting changed, in memory: `upstreams.inventory.retry.attempts=5`,
 * `retry.attempts=5` (a capability), `service.timeout=8s`.
 *
 * @throws ToolError `invalid-what-if` (exit 2); the value is checked with the rest of the file
 */
export function changeSetting(text: string, assignment: string): string {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, equals).split('.');
  if (equals < 1 || path.some((key) => key === '')) {
    throw inputError(
      'invalid-what-if',
      `${quote(assignment)} is not KEY=VALUE.`,
      'An example: --what-if upstreams.inventory.retry.attempts=5',
    );
  }
  const document = documentOf(text);
  const value = readYamlValue(assignment.slice(equals + 1)) as YamlValue;
  const at = placeOf(document.get('upstreams'), path);
  const changed = setAt(text, document, { at, value });
  if (changed === undefined) {
    throw inputError(
      'invalid-what-if',
      `${quote(assignment)} names no place in scaffold.yaml.`,
      'An example: --what-if upstreams.inventory.retry.attempts=5',
    );
  }
  return changed;
}

/** Upstreams stand in a list, and are named. */
function placeOf(upstreams: unknown, path: readonly string[]): (string | number)[] {
  const [section = '', name, ...rest] = path;
  if (section === 'service' || section === 'capabilities') return [...path];
  if (section !== 'upstreams') return ['capabilities', ...path];
  const items = isSeq(upstreams) ? upstreams.items : [];
  const index = items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (index === -1 || rest.length === 0) {
    throw inputError(
      'invalid-what-if',
      `there is no upstream ${quote(name ?? '')} in scaffold.yaml.`,
      'An example: --what-if upstreams.inventory.timeout=3s',
    );
  }
  return ['upstreams', index, ...rest];
}
