import { readEquivalents, type Equivalent } from './read-equivalents.js';

/** docs/rules/equivalents.md: what other tools say, and which rule says it here. */
export function documentEquivalents(root: string): string {
  return [
    '# What istioctl and Kiali say, and which rule says it here',
    '',
    'Made by `node scripts/run.mjs scripts/rule-docs.ts` from scripts/docs/equivalents-*.yaml; do not edit.',
    '',
    '## istioctl analyze',
    '',
    ...tableOf(readEquivalents('istioctl', root)),
    '',
    '## Kiali',
    '',
    ...tableOf(readEquivalents('kiali', root)),
    '',
  ].join('\n');
}

function tableOf(equivalents: readonly Equivalent[]): string[] {
  return [
    '| Code | What it says | Here |',
    '|---|---|---|',
    ...equivalents.map(
      (equivalent) =>
        `| ${equivalent.code} | ${escape(equivalent.name)} | ${escape(answerOf(equivalent))} |`,
    ),
  ];
}

function answerOf({ rules = [], schema, excluded, open }: Equivalent): string {
  if (excluded !== undefined) return `not decided by manifests: ${excluded}`;
  const said = rules.map((code) => `[${code}](${code}.md)`).join(', ');
  return [
    ...(schema === true ? [`covered by schema (${said})`] : said === '' ? [] : [said]),
    ...(open === undefined ? [] : [open]),
  ].join('; ');
}

/** `<protocol>` would be read as HTML. */
function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
