import { Document, visit, type ToStringOptions } from 'yaml';

import { readWord } from './read-word.js';

/** A value as YAML. Text that any reader, kubectl's before all, would take for something else is in quotes. */
export function printYaml(value: unknown, options: ToStringOptions = {}): string {
  const document = new Document(value, { version: '1.1', compat: 'core' });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && readWord(node.value) !== node.value)
        node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, ...options });
}
