import type { Catalog } from '../../src/model/catalog.js';
import { compareVersions } from '../../src/model/version.js';
import { escapePipes } from './commands.js';

/** docs/reference/template-changes.md: what each template version changed, and why. */
export function documentChanges({ version, languages, capabilities }: Catalog): string {
  const rows = [
    ...languages.flatMap(({ language, changes }) =>
      changes.map((change) => ({ owner: language, change })),
    ),
    ...capabilities.flatMap(({ id, changes }) => changes.map((change) => ({ owner: id, change }))),
  ].sort((a, b) => compareVersions(b.change.version, a.change.version));
  return [
    '# Changes of the templates',
    '',
    'What `npx meshwright update` gives as reasons, from the `changes:` of the manifests.',
    '',
    ...(rows.length === 0
      ? [`None yet: ${version} is the first version.`]
      : [
          '| version | part | what | why |',
          '|---|---|---|---|',
          ...rows.map(({ owner, change }) => {
            const what = [
              ...change.files.map((path) => `\`${path}\``),
              ...(change.default === undefined
                ? []
                : [
                    `default of \`${change.default.setting}\`, was \`${JSON.stringify(change.default.was)}\``,
                  ]),
            ].join(', ');
            return `| ${[change.version, owner, what, change.why].map(escapePipes).join(' | ')} |`;
          }),
        ]),
    '',
  ].join('\n');
}
