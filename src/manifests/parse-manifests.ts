import {
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type ParsedNode,
} from 'yaml';

import { readPlainYaml } from './plain-yaml.js';
import { plainOf, type Node } from './yaml-node.js';
import { entryOf, placeOf } from './node.js';
import type { ManifestFile, ManifestFinding, ValuePath } from './manifest-file.js';

/** One YAML document of a file, with the places of its values. */
export type ParsedManifest = {
  readonly path: string;
  readonly value: unknown;
  /** Place of the value at a path, or of its nearest parent that is there. */
  readonly locate: (at: ValuePath) => { readonly line: number; readonly column: number };
};

/** Words that kubectl's YAML 1.1 reader takes for booleans and YAML 1.2 for text. */
const YAML_1_1_TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/;
const YAML_1_1_FALSE = /^(?:n|N|no|No|NO|off|Off|OFF)$/;

/**
 * Reads the YAML documents of a file the way kubectl does. Empty documents are left out.
 * Duplicate keys, unknown anchors and alias bombs are findings: kubectl would take the last key.
 */
export function parseManifests(file: ManifestFile): ParsedFile {
  const plain = readPlainYaml(file.path, file.text);
  if (plain === undefined) return parseAnyManifests(file);
  const manifests = plain.map((root) => ({
    path: file.path,
    value: plainOf(root),
    locate: (at: ValuePath) => locateIn(root, at),
  }));
  return { manifests, findings: [] };
}

type ParsedFile = {
  readonly manifests: readonly ParsedManifest[];
  readonly findings: readonly ManifestFinding[];
};

function locateIn(root: Node, at: ValuePath): { readonly line: number; readonly column: number } {
  let found = root;
  for (const key of at) {
    const next = entryOf(found, key);
    if (next === undefined) break;
    found = next;
  }
  const { line, column } = placeOf(found.spot);
  return { line, column };
}

function parseAnyManifests({ path, text }: ManifestFile): ParsedFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: true,
    // Its warnings about odd keys would go to the terminal, past the report.
    logLevel: 'error',
  });
  const manifests: ParsedManifest[] = [];
  const findings: ManifestFinding[] = [];
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  for (const document of Array.isArray(documents) ? documents : []) {
    for (const { pos, message } of document.errors) {
      findings.push({ path, ...place(pos[0]), severity: 'error', message: firstLine(message) });
    }
    if (document.errors.length > 0) continue;
    const start = document.contents?.range[0] ?? document.range[0];
    try {
      readYaml11Booleans(document);
      const value: unknown = document.toJS();
      if (value === null) continue;
      manifests.push({ path, value, locate: (at) => place(offsetOf(document, at) ?? start) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      findings.push({ path, ...place(start), severity: 'error', message: firstLine(message) });
    }
  }
  return { manifests, findings };
}

function readYaml11Booleans(document: Document.Parsed): void {
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || node.type !== 'PLAIN' || typeof node.value !== 'string') return;
      if (YAML_1_1_TRUE.test(node.value)) node.value = true;
      else if (YAML_1_1_FALSE.test(node.value)) node.value = false;
    },
  });
}

/** The key of a mapping's entry is where people look, not the value on the next line. */
function offsetOf(document: Document.Parsed, at: ValuePath): number | undefined {
  for (let length = at.length; length > 0; length -= 1) {
    const path = at.slice(0, length);
    const key = keyOffset(document, path);
    if (key !== undefined) return key;
    const node = document.getIn(path, true) as ParsedNode | undefined;
    if (node?.range !== undefined) return node.range[0];
  }
  return undefined;
}

function keyOffset(document: Document.Parsed, path: ValuePath): number | undefined {
  const name = path.at(-1);
  if (typeof name !== 'string') return undefined;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const items = (parent as { items?: readonly { key?: unknown }[] } | undefined)?.items ?? [];
  const pair = items.find(({ key }) => isScalar(key) && key.value === name);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
