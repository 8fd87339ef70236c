import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { documentEquivalents } from './docs/equivalents.js';
import { formatRulePage } from '../src/report/rule-page.js';
import { rules } from '../src/meshes/found/rules.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = join(root, 'test/rules');

/** docs/rules as it must be: a page for each rule, with the examples that the tests run, and a list. */
export function ruleDocs(): Map<string, string> {
  const pages = rules.map((rule): [string, string] => [
    `docs/rules/${rule.code}.md`,
    formatRulePage(rule, { bad: exampleOf(rule.code, 'bad'), good: exampleOf(rule.code, 'good') }),
  ]);
  return new Map([
    ['docs/rules/README.md', listOfRules()],
    ['docs/rules/equivalents.md', documentEquivalents(root)],
    ...pages,
  ]);
}

const ACCEPTING = [
  '## A finding that stays',
  '',
  'In scaffold.yaml, with the reason and, where it is not for ever, the last day:',
  '',
  '```yaml',
  'check:',
  '  accept:',
  '    - code: CB_BELOW_CONCURRENCY',
  '      target: inventory',
  '      reason: inventory sheds load on purpose',
  '      until: "2027-03-31"',
  '```',
  '',
  'Many at once: `scaffold check --baseline known.json --write-baseline`, then `scaffold check --baseline known.json`',
  'reports what is new. `--since REF` compares with a git revision instead.',
  '',
];

function listOfRules(): string {
  return [
    '# Rules of `scaffold check`',
    '',
    'Made by `node scripts/run.mjs scripts/rule-docs.ts` from src/rules and test/rules; do not edit.',
    '',
    '[What istioctl and Kiali say](equivalents.md) lists their codes with the rules here.',
    '',
    '| Rule | Severity | What it finds |',
    '|---|---|---|',
    ...rules.map(
      ({ code, severity, title }) => `| [${code}](${code}.md) | ${severity} | ${title} |`,
    ),
    '',
    ...ACCEPTING,
  ].join('\n');
}

function exampleOf(code: string, side: 'bad' | 'good'): string {
  const folder = join(examples, code, side);
  return listFiles(folder, '')
    .map(
      (path) =>
        `\`${path}\`\n\n\`\`\`yaml\n${readFileSync(join(folder, path), 'utf8').trimEnd()}\n\`\`\``,
    )
    .join('\n\n');
}

function listFiles(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    })
    .sort();
}

/** Writes the pages and removes those of rules that are gone. */
export function main(): void {
  const docs = ruleDocs();
  const folder = join(root, 'docs/rules');
  if (existsSync(folder)) {
    for (const name of readdirSync(folder)) {
      if (!docs.has(`docs/rules/${name}`)) rmSync(join(folder, name));
    }
  }
  for (const [path, text] of docs) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
