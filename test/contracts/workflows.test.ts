import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { readCatalog } from '../../src/io/catalog.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { placeWorkflow } from '../../src/stages/place-workflow.js';
import { toolSources } from '../support/tool-sources.js';

/**
 * Every shape of the workflow that the templates give, read by the programs that people would run on it. The names
 * of hostile values are not at issue: scaffold.yaml refuses them.
 */
const catalog = readCatalog(process.cwd());
const workflowPath = '.github/workflows/ci.yml';
const shapes = {
  minimal: { image: '', text: '' },
  mesh: {
    image: 'ghcr.io/acme/orders:1.2.3',
    text: 'capabilities: { mesh-ready: { namespace: shop } }',
  },
  environments: {
    image: 'acme/orders@sha256:' + 'a'.repeat(64),
    text: 'capabilities: { mesh-ready: {} }\nenvironments: { live: {}, staging: {} }',
  },
};
const pushed = {
  minimal: undefined,
  mesh: { registry: 'ghcr.io', tags: 'ghcr.io/acme/orders:${{ github.sha }}' },
  environments: { registry: 'docker.io', tags: 'acme/orders:${{ github.sha }}' },
};
const cases = catalog.languages.flatMap(({ language }) =>
  Object.entries(shapes).flatMap(([shape, { image, text }]) =>
    Object.entries(toolSources).map(([source, tool]) => ({
      name: `${language}-${shape}-${source}`,
      source,
      shape: shape as keyof typeof shapes,
      tree: composeTree(
        [
          `service: { name: orders, language: ${language}${image === '' ? '' : `, image: "${image}"`} }`,
          text,
          tool,
          '',
        ].join('\n'),
        catalog,
      ).tree,
    })),
  ),
);

type Step = {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
};
type Job = {
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
};
type Workflow = {
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};

const workflowOf = (tree: (typeof cases)[number]['tree']) => tree.get(workflowPath)?.text ?? '';
const placed = cases.map((one) => {
  const language = one.name.split('-')[0];
  const inputs = catalog.languages.find((template) => template.language === language);
  const place = {
    name: 'orders',
    folder: 'services/orders',
    inputs: inputs?.workflowInputs ?? [],
  };
  return { ...one, placed: placeWorkflow(one.tree.get(workflowPath)?.text ?? '', place) };
});
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

/** A program from scripts/install-tools.mjs. */
function installed(name: string): string | undefined {
  const path = join(process.cwd(), 'node_modules/.cache/meshwright/bin', name);
  return existsSync(path) ? path : undefined;
}
const actionlint = installed('actionlint');
const zizmor = installed('zizmor/zizmor');
const note = (name: string, path: string | undefined) =>
  path === undefined ? ` (needs ${name}: node scripts/install-tools.mjs ${name})` : '';

let root: string;
const places: string[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'workflows-'));
  for (const { name, tree } of cases) {
    const place = join(root, name, workflowPath);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, workflowOf(tree));
    places.push(place);
  }
  for (const { name, placed: workflow } of placed) {
    const place = join(root, `${name}-below`, workflow.path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, workflow.text);
    places.push(place);
  }
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('generated workflows', () => {
  test.skipIf(actionlint === undefined)(
    `please actionlint${note('actionlint', actionlint)}`,
    () => {
      expect(findingsOf(actionlint ?? '', ['-no-color', ...places])).toBe('');
    },
  );

  test.skipIf(zizmor === undefined)(`please zizmor${note('zizmor', zizmor)}`, () => {
    const options = ['--offline', '--no-progress', '--color=never', '--format=plain', '--quiet'];
    expect(findingsOf(zizmor ?? '', [...options, ...places])).toBe('');
  });

  test.each(cases)('$name: pinned actions, few rights, bounded jobs', ({ tree }) => {
    const workflow = parse(workflowOf(tree)) as Workflow;
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.concurrency).toBeDefined();
    const pins = new Map(
      (
        parse(readFileSync('test/fixtures/actions/pins.yaml', 'utf8')) as {
          readonly actions: readonly Readonly<Record<string, string>>[];
        }
      ).actions.map(({ action, commit, version }) => [action, `${action}@${commit} # ${version}`]),
    );
    for (const [, use = ''] of workflowOf(tree).matchAll(/uses: (.+)$/gm)) {
      expect([...pins.values()]).toContain(use);
    }
    for (const { uses, with: given } of stepsOf(workflow)) {
      if (uses?.startsWith('actions/checkout@') === true) {
        expect(given).toMatchObject({ 'persist-credentials': false });
      }
    }
    for (const job of Object.values(workflow.jobs))
      expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test.each(cases)('$name: the image is built, and pushed only from main', ({ shape, tree }) => {
    const { image } = (parse(workflowOf(tree)) as Workflow).jobs;
    const build = image?.steps.find(({ uses = '' }) => uses.startsWith('docker/build-push-action'));
    const login = image?.steps.find(({ uses = '' }) => uses.startsWith('docker/login-action'));
    expect(build?.with).toMatchObject({ context: '.', 'build-args': 'VERSION=${{ github.sha }}' });
    const condition = "github.event_name == 'push' && vars.PUSH_IMAGE == 'true'";
    const where = pushed[shape];
    if (where === undefined) {
      expect(build?.with?.['push']).toBe(false);
      expect(login).toBeUndefined();
      expect(image?.permissions).toBeUndefined();
      return;
    }
    expect(image?.needs).toContain('test');
    expect(login).toMatchObject({ if: condition, with: { registry: where.registry } });
    expect(build?.with).toMatchObject({
      push: `\${{ ${condition} }}`,
      tags: where.tags,
      provenance: 'mode=max',
      sbom: true,
    });
    expect(image?.permissions).toEqual({ contents: 'read', packages: 'write' });
  });

  test.each(cases)('$name: our tool runs where its source is pinned, and nowhere else', (one) => {
    const text = workflowOf(one.tree);
    const workflow = parse(text) as Workflow;
    const ours = stepsOf(workflow).filter(({ run }) => /(?:drift|check) --/.test(run ?? ''));
    expect(text).not.toContain('npx');
    const { deploy, declaration } = workflow.jobs;
    expect(deploy !== undefined).toBe(one.shape !== 'minimal');
    if (deploy !== undefined) expect(deploy.environment).toContain('production');
    if (one.source === 'none') {
      expect(ours).toEqual([]);
      expect(declaration).toBeUndefined();
      expect(text).toMatch(/^ {2}# .*scaffold tool pin$/m);
      return;
    }
    // A red drift does not hide check, and neither hides the summary.
    expect(declaration?.steps.map(({ name }: Step & { name?: string }) => name)).toContain(
      'summary',
    );
    const after = declaration?.steps.slice(-2) ?? [];
    for (const step of after) expect(step.if).toContain('!cancelled()');
    expect(after[0]?.run).toContain('check --format github');
    expect(after[1]?.run).toMatch(
      /drift --format markdown[^]*check --format markdown[^]*>> "\$GITHUB_STEP_SUMMARY"/,
    );
    for (const { steps } of [declaration, deploy].filter((job) => job !== undefined)) {
      const [first, start] = [
        steps.findIndex(({ id }) => id === 'tool'),
        steps.findIndex((step) => ours.includes(step)),
      ];
      expect(first).toBeGreaterThan(-1);
      expect(start).toBeGreaterThan(first);
    }
  });

  test.each(placed)('$name: at the top of a repository acts in the service alone', (one) => {
    const text = one.placed.text;
    expect(one.placed.path).toBe('.github/workflows/orders.yml');
    const workflow = parse(text) as Workflow & {
      readonly on: Readonly<Record<string, { readonly paths: readonly string[] }>>;
      readonly defaults: unknown;
    };
    const paths = ['services/orders/**', '.github/workflows/orders.yml'];
    expect(workflow.on).toMatchObject({ push: { paths }, pull_request: { paths } });
    expect(workflow.defaults).toEqual({ run: { 'working-directory': 'services/orders' } });
    // Every path that a step names is that of the service; comments are kept.
    for (const [, key = '', value = ''] of text.matchAll(
      /^ +([a-z-]*(?:-file|-path|working-directory)): (.+)$/gm,
    )) {
      expect(`${key} ${value}`).toMatch(/ services\/orders/);
    }
    for (const step of stepsOf(workflow)) {
      if (step.with?.['context'] !== undefined)
        expect(step.with['context']).toBe('services/orders');
      if (step.with?.['cache'] !== undefined)
        expect(step.with).toHaveProperty('cache-dependency-path');
    }
    const comments = (yaml: string) => yaml.split('\n').filter((line) => /^\s*#/.test(line)).length;
    expect(comments(text)).toBe(comments(workflowOf(one.tree)));
    expect(text).not.toContain('gh workflow run ci');
  });

  test.each(cases)('$name: Renovate pins what has a tag', ({ tree }) => {
    const { packageRules } = JSON.parse(tree.get('renovate.json')?.text ?? '') as {
      readonly packageRules: readonly Readonly<Record<string, unknown>>[];
    };
    expect(packageRules.find(({ pinDigests }) => pinDigests === true)).toMatchObject({
      matchDatasources: ['docker', 'github-tags'],
    });
  });
});

/** What a program has to say; empty when it ends with 0. */
function findingsOf(program: string, args: readonly string[]): string {
  try {
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
}
