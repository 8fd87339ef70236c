import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const USAGE =
  'usage: npm run new-rule -- CODE [PLACE], where CODE is upper-case words joined by "_"';

/**
 * Makes a rule, an example that it reports, one that it does not, and its page, all of which pass their tests:
 * `npm run new-rule -- CALL_TOO_LONG`. A second word says where it belongs: `composition` (the default),
 * `application`, or a folder of src/meshes.
 *
 * @throws Error when CODE is no code, is taken, or PLACE is not there
 */
export function main([code, place = 'composition']: readonly string[], root = '.'): void {
  if (code === undefined || !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(code)) throw new Error(USAGE);
  const folder = folderOf(place, root);
  const rule = join(folder, `${code.toLowerCase().replaceAll('_', '-')}.ts`);
  const examples = join('test', 'rules', code);
  for (const path of [rule, examples]) {
    if (existsSync(join(root, path))) throw new Error(`${path} is there already`);
  }
  const path = folder.startsWith(join('src', 'rules')) ? '../rule.js' : '../../../rules/rule.js';
  write(join(root, rule), ruleOf(code, path));
  write(join(root, examples, 'bad', 'scaffold.yaml'), exampleWith('1h'));
  write(join(root, examples, 'good', 'scaffold.yaml'), exampleWith('2s'));
  execFileSync(process.execPath, ['scripts/run.mjs', 'scripts/rule-docs.ts'], { cwd: root });
  console.log(
    `${rule}: edit it and ${examples}, then npm run docs && npx vitest run --project unit test/rules`,
  );
}

function folderOf(place: string, root: string): string {
  const layers = ['application', 'composition'];
  const meshes = readdirSync(join(root, 'src', 'meshes'), { withFileTypes: true })
    .filter((entry) => existsSync(join(root, 'src', 'meshes', entry.name, 'provider.ts')))
    .map(({ name }) => name);
  if (layers.includes(place)) return join('src', 'rules', place);
  if (meshes.includes(place)) return join('src', 'meshes', place, 'rules');
  throw new Error(`no place "${place}"; there are ${[...layers, ...meshes].join(', ')}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function nameOf(code: string): string {
  return code.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A rule that finds something, so that its tests can fail from the first line on. */
function ruleOf(code: string, from: string): string {
  return `import type { Rule } from '${from}';

/** What the rule compares with, ms. */
const LONGEST = 1_800_000;

export const ${nameOf(code)}: Rule = {
  code: '${code}',
  severity: 'info',
  layer: 'app',
  title: 'What is wrong, in one sentence.',
  reads: ['app/call'],
  why: 'What happens then, and where that is known from.',
  fix: 'What to change, in general.',
  check: ({ flows }) =>
    flows.flatMap(({ name, call }) => {
      const timeout = call?.values.timeout;
      if (timeout === undefined || timeout.value <= LONGEST) return [];
      return [
        {
          target: name,
          at: timeout.place,
          message: \`What happens to calls to \${name}, with the number: \${timeout.value} ms.\`,
          fix: \`The change, with its value: timeout: \${LONGEST}ms or less.\`,
        },
      ];
    }),
};
`;
}

function exampleWith(timeout: string): string {
  return `version: 1
service:
  name: orders
upstreams:
  - name: inventory
    url: http://inventory.shop.svc.cluster.local:8080
    timeout: ${timeout}
`;
}
