import { suggest } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { rules } from '../meshes/found/rules.js';
import { entryOf, placeOf } from '../manifests/node.js';
import { requestPath } from './starting-kustomization.js';
import { type ProjectSource } from './read-project.js';
import { readDocuments, type DocumentProblem } from '../manifests/read-documents.js';

/** Acceptances of scaffold.yaml that name no rule: they accept nothing, and somebody relies on them. */
export function unknownAcceptances({ files }: ProjectSource): readonly DocumentProblem[] {
  const text = files.get(requestPath) ?? '';
  const [root] = readDocuments({ path: requestPath, text }).documents;
  const accept = entryOf(entryOf(root, 'check'), 'accept');
  if (accept?.kind !== 'list') return [];
  const codes = rules.map(({ code }) => code);
  return accept.items.flatMap((item) => {
    const code = entryOf(item, 'code');
    if (code?.kind !== 'scalar' || codes.includes(String(code.value))) return [];
    const { file, line, column } = placeOf(code.spot);
    const near = suggest(
      String(code.value),
      codes.map((known) => known.toLowerCase()),
    );
    const hint = near === undefined ? '' : ` Did you mean ${near.toUpperCase()}?`;
    return [
      { file, line, column, message: `there is no rule ${quote(String(code.value))}.${hint}` },
    ];
  });
}
