import type { ObjectName } from '../model/control.js';
import type { Node, ScalarNode, Spot } from './yaml-node.js';
import { moveNode } from './move-node.js';
import { entryOf } from './node.js';
import { readDocuments, type DocumentProblem } from './read-documents.js';

/** What a text within YAML says when it is read as YAML itself, at its lines of the file. */
export type Embedded = {
  readonly node: Node | undefined;
  readonly problems: readonly DocumentProblem[];
};

export function readEmbedded({ value, spot, isLiteral }: ScalarNode): Embedded {
  const { documents, problems } = readDocuments({ path: spot.file, text: String(value) });
  const { line, col } = spot.linePos(spot.offset);
  // Blocks are indented by two columns, nearly always.
  const place = (within: { readonly line: number; readonly col: number }) =>
    isLiteral === true ? { line: line + within.line, col: col + 1 + within.col } : { line, col };
  const move = ({ linePos, ...inner }: Spot): Spot => ({
    ...inner,
    linePos: (offset) => place(linePos(offset)),
  });
  const [node] = documents;
  return {
    node: node === undefined ? undefined : moveNode(node, move),
    problems: problems.map((problem) => {
      const at = place({ line: problem.line, col: problem.column });
      return { ...problem, line: at.line, column: at.col };
    }),
  };
}

/** The text of MeshConfig in a ConfigMap: that of istiod, or of one of its revisions. */
export function meshTextOf(name: ObjectName, root: Node | undefined): ScalarNode | undefined {
  if (name.kind !== 'ConfigMap' || !/^istio(?:-|$)/.test(name.name)) return undefined;
  const text = entryOf(entryOf(root, 'data'), 'mesh');
  return text?.kind === 'scalar' ? text : undefined;
}
