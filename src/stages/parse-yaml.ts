import { LineCounter, parse, parseDocument, type Document } from 'yaml';

import { inputError } from '../model/errors.js';
import { readPlainYaml } from '../manifests/plain-yaml.js';
import { repeatedKeys } from '../manifests/repeated-keys.js';
import { plainOf } from '../manifests/yaml-node.js';

/** A declaration is written by hand; anything near this size is a mistake or an attack. */
const MAX_BYTES = 1_048_576;

/** A parsed document, and where its lines begin. */
export type YamlText = { readonly document: Document; readonly lines: LineCounter };

/** Parses YAML 1.2 and refuses what is broken: syntax, duplicate keys, several documents, conflict markers. */
export function parseYaml(text: string, file: string): YamlText {
  requireReadable(text, file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, strict: true });
  const error = document.errors[0] ?? repeatedKeys(document)[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const message =
      error.code === 'MULTIPLE_DOCS'
        ? 'the file holds several YAML documents; only one is allowed'
        : (error.message.split(' at line')[0]?.split('\n')[0] ?? 'not YAML');
    throw inputError('invalid-yaml', `${file}:${line}:${col}: ${message}.`.replace(/\.\.$/, '.'));
  }
  return { document, lines };
}

/**
 * A value that somebody typed, on the command line or in a small file, read as scaffold.yaml is.
 *
 * @throws Error when it is no YAML, or has aliases
 */
export function readYamlValue(text: string): unknown {
  return parse(text, { maxAliasCount: 0 }) as unknown;
}

/** A document for a look at a part of it: the rest may be broken, and nothing is expanded. */
export function looseDocument(text: string): Document {
  return parseDocument(text);
}

/** The document as plain data. @throws ToolError exit 2 as {@link parseYaml}, and when aliases multiply beyond reason */
export function readData(text: string, file: string): unknown {
  requireReadable(text, file);
  const [plain, ...more] = readPlainYaml(file, text) ?? [];
  return plain !== undefined && more.length === 0
    ? plainOf(plain)
    : toData(parseYaml(text, file).document, file);
}

function requireReadable(text: string, file: string): void {
  if (text.length > MAX_BYTES) {
    throw inputError(
      'invalid-request',
      `${file} is larger than 1 MiB.`,
      'A declaration is a page of text; is this the right file?',
    );
  }
  const marker = /^(?:<{7} |={7}$|>{7} )/m.exec(text);
  if (marker !== null) {
    const line = text.slice(0, marker.index).split('\n').length;
    throw inputError(
      'conflict-markers',
      `${file}:${line}:1: the file holds the markers of an unresolved merge conflict.`,
      'Resolve them with git, then run the command again.',
    );
  }
}

/** A document as plain data. @throws ToolError exit 2 when aliases multiply beyond reason */
export function toData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw inputError(
      'invalid-yaml',
      `${file}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Write the values out instead of using anchors and aliases.',
    );
  }
}
