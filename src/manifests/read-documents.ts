import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node as YamlNode,
} from 'yaml';

import type { ManifestFile } from './manifest-file.js';
import { readPlainYaml } from './plain-yaml.js';
import type { Node, Scalar, Spot } from './yaml-node.js';

/** What makes a file unreadable, at its place. */
export type DocumentProblem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

export type ReadDocuments = {
  readonly documents: readonly Node[];
  readonly problems: readonly DocumentProblem[];
};

/** Anchors used more often than this are an attack, not a manifest. */
const MAX_ALIASES = 1_000;

/** Reads the documents of a YAML file. A broken document is a problem; the others are still read. */
export function readDocuments(file: ManifestFile): ReadDocuments {
  const plain = readPlainYaml(file.path, file.text);
  return plain === undefined
    ? readAnyDocuments(file)
    : { documents: plain.flatMap(unwrapList), problems: [] };
}

/** Like {@link readDocuments}, for the whole of YAML. */
export function readAnyDocuments({ path, text }: ManifestFile): ReadDocuments {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  const linePos = (offset: number) => lines.linePos(offset);
  const documents: Node[] = [];
  const problems: DocumentProblem[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    for (const { pos, message } of document.errors) {
      const { line, col } = lines.linePos(pos[0]);
      const first = (message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '').replace(/:$/, '');
      problems.push({ file: path, line, column: col, message: `${first}.`.replace(/\.\.$/, '.') });
    }
    if (document.errors.length > 0 || document.contents === null) continue;
    const budget = { left: MAX_ALIASES };
    const spotAt = (offset: number): Spot => ({ file: path, offset, linePos });
    const node = convert(document.contents, { document, budget, spotAt });
    if (node !== undefined) documents.push(...unwrapList(node));
  }
  return { documents, problems };
}

/** `kubectl get -o yaml` wraps objects into a List. */
function unwrapList(node: Node): readonly Node[] {
  const kind = node.kind === 'map' ? node.entries.get('kind') : undefined;
  const items = node.kind === 'map' ? node.entries.get('items') : undefined;
  const isList = kind?.kind === 'scalar' && String(kind.value).endsWith('List');
  return isList && items?.kind === 'list' ? items.items : [node];
}

type Source = {
  readonly document: Document;
  readonly budget: { left: number };
  readonly spotAt: (offset: number) => Spot;
};

function convert(node: YamlNode, source: Source, key?: Spot): Node | undefined {
  const spot = key ?? source.spotAt(node.range?.[0] ?? 0);
  if (isAlias(node)) {
    source.budget.left -= 1;
    const target = source.budget.left < 0 ? undefined : node.resolve(source.document);
    return target === undefined ? undefined : convert(target, source, spot);
  }
  if (isScalar(node)) {
    const scalar = { kind: 'scalar', value: node.value as Scalar, spot } as const;
    return node.type === 'BLOCK_LITERAL' ? { ...scalar, isLiteral: true } : scalar;
  }
  if (isSeq(node)) {
    const items = node.items.flatMap((item) => convert(item as YamlNode, source) ?? []);
    return { kind: 'list', items, spot };
  }
  if (!isMap(node)) return undefined;
  const entries = new Map<string, Node>();
  for (const { key: name, value } of node.items) {
    if (!isScalar(name)) continue;
    const keySpot = source.spotAt(name.range?.[0] ?? spot.offset);
    const converted =
      value === null
        ? ({ kind: 'scalar', value: null, spot: keySpot } as const)
        : convert(value as YamlNode, source, keySpot);
    if (converted === undefined) continue;
    if (name.value === '<<' && converted.kind === 'map') {
      // A merge key fills in what is not written out.
      for (const [inner, item] of converted.entries)
        if (!entries.has(inner)) entries.set(inner, item);
    } else {
      entries.set(String(name.value), converted);
    }
  }
  return { kind: 'map', entries, spot };
}
