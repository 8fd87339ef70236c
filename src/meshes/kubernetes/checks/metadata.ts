import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

const NAME = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = new RegExp(`^${NAME}(?:\\.${NAME})*$`);
const LABEL_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** What the API server refuses in the metadata of any object. */
export function* checkMetadata(object: ManifestObject): Generator<Problem> {
  const { name = '', namespace, labels } = object.metadata;
  // A Service's name becomes a DNS label; other names may have dots.
  const limit = object.kind === 'Service' ? 63 : 253;
  const isGood =
    SUBDOMAIN.test(name) &&
    name.length <= limit &&
    (object.kind !== 'Service' || (/^[a-z]/.test(name) && !name.includes('.')));
  if (!isGood) {
    yield problem(
      ['metadata', 'name'],
      `${quote(name)} is no name for a ${object.kind} (at most ${limit} characters).`,
    );
  }
  if (namespace !== undefined && !(LABEL_VALUE.test(namespace) && SUBDOMAIN.test(namespace))) {
    yield problem(['metadata', 'namespace'], `${quote(namespace)} is no namespace.`);
  }
  yield* checkLabels(['metadata', 'labels'], labels);
}

export function* checkLabels(
  at: ValuePath,
  labels: Readonly<Record<string, string>> | undefined,
): Generator<Problem> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const [, prefix, name = ''] = /^(?:(.*)\/)?([^/]*)$/s.exec(key) ?? [];
    const isKey = LABEL_NAME.test(name) && (prefix === undefined || SUBDOMAIN.test(prefix));
    if (!isKey) yield problem([...at, key], `${quote(key)} is no label.`);
    if (!LABEL_VALUE.test(value)) {
      yield problem(
        [...at, key],
        `${formatPath([...at, key])} must have at most 63 letters, digits, "-", "_" or "."; it is ${quote(value)}.`,
      );
    }
  }
}
