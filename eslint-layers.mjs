import { builtinModules } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { noMeshWords } from './eslint-mesh-words.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), 'src');

/** Folders of src/ from the inside out. A folder imports itself and what stands in its list. */
const layers = {
  model: [],
  manifests: ['model'],
  transports: ['model'],
  stages: ['model', 'manifests', 'transports'],
  flow: ['model', 'transports'],
  rules: ['model', 'transports', 'stages', 'flow'],
  application: ['model', 'transports', 'manifests', 'stages', 'flow'],
  meshes: ['model', 'transports', 'manifests', 'stages', 'flow', 'rules'],
  project: ['model', 'manifests', 'stages', 'flow', 'rules', 'application', 'meshes'],
  explain: ['model', 'transports', 'flow', 'rules'],
  simulate: ['model', 'transports', 'flow'],
  report: ['model', 'transports', 'stages', 'flow', 'rules', 'explain', 'simulate', 'project'],
  browser: ['model', 'transports', 'rules', 'flow', 'explain', 'simulate', 'report'],
  io: ['model', 'manifests', 'stages', 'meshes'],
  verify: ['model', 'manifests', 'stages', 'rules', 'meshes', 'io'],
};
layers.commands = Object.keys(layers).filter((name) => name !== 'browser');

/** An import that runs against the layers, as `from -> to` below src/, or undefined. */
export function wrongWay(file, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const from = relative(source, file);
  const to = relative(source, resolve(dirname(file), specifier)).replace(/[.]js$/, '.ts');
  const [inside = ''] = from.split('/');
  const [target = ''] = to.split('/');
  const allowed = layers[inside];
  if (allowed === undefined || target === '..' || target === inside) return undefined;
  return allowed.includes(target) ? undefined : `${from} -> ${to}`;
}

const inward = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const way = wrongWay(context.filename, specifier);
      if (way === undefined) return;
      const [inside] = relative(source, context.filename).split('/');
      const message = `src/${inside} may import: ${[inside, ...layers[inside]].join(', ')}.`;
      context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** Everything that could touch files, processes, prompts or the clock: packages for it, and Node's modules but these. */
const pure = ['path', 'path/posix', 'crypto'];
const effects = [
  ...builtinModules
    .map((name) => name.replace(/^node:/, ''))
    .filter((name) => !pure.includes(name))
    .flatMap((name) => [name, `node:${name}`]),
  'execa',
  'fs-extra',
  '@clack/core',
  '@clack/prompts',
];

const random = ['randomBytes', 'randomUUID', 'randomInt', 'getRandomValues', 'webcrypto'];
const noRandom = ['crypto', 'node:crypto'].map((name) => ({
  name,
  importNames: random,
  message: 'Output must be a function of the request alone.',
}));

const noClock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Only src/io and src/verify read the clock.',
  },
  { selector: "NewExpression[callee.name='Date']", message: 'Only src/io reads the clock.' },
  {
    selector: "MemberExpression[object.name='performance']",
    message: 'Only src/io and src/verify read the clock.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Output must be a function of the request alone.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Only src/io and src/verify start timers.',
  },
];

const noProcess = {
  selector: 'MemberExpression[object.name=/^(process|globalThis)$/]',
  message: 'Only src/io, src/verify and src/cli.ts touch the process; pass plain values.',
};

const noExit = {
  selector: "MemberExpression[object.name='process'][property.name=/^(exit|exitCode)$/]",
  message: 'Only src/cli.ts ends the process: throw a ToolError.',
};

const withoutEffects = effects.map((name) => ({
  name,
  message: 'Effects live in src/io and src/verify.',
}));

/** `import()` of what a static import may not name. */
function noDynamic(pattern, message) {
  return { selector: `ImportExpression > Literal[value=/${pattern}/]`, message };
}
const noDynamicEffects = noDynamic(
  `^(?:${effects.join('|').replaceAll('/', '\\u002F')})$`,
  'Effects live in src/io and src/verify.',
);

/** Methods, statuses and codes as values. */
const noTransport = [
  'Literal[value=/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|UNAVAILABLE|[1-5]\\d\\d|[1-5]xx)$/]',
  'TemplateElement[value.raw=/\\b(?:GET|POST|PUT|PATCH|DELETE|UNAVAILABLE)s?\\b/]',
].map((selector) => ({
  selector,
  message: 'Only src/transports knows methods, statuses and codes: ask the transport of the flow.',
}));
const askTransports = ['flow', 'explain', 'simulate', 'report'];

function layer(name) {
  const isEffectful = name === 'io' || name === 'verify';
  const syntax = [
    ...(isEffectful ? [noExit] : [...noClock, noProcess, noDynamicEffects]),
    ...(askTransports.includes(name) ? noTransport : []),
  ];
  return {
    files: [`src/${name}/**/*.ts`],
    plugins: { layers: { rules: { inward } } },
    rules: {
      'layers/inward': 'error',
      'no-restricted-imports': [
        'error',
        { paths: isEffectful ? [] : [...withoutEffects, ...noRandom] },
      ],
      'no-restricted-syntax': ['error', ...syntax],
    },
  };
}

/** Files that read, edit or print YAML with the library; all others ask them. */
const yamlFiles = [
  'src/manifests/**',
  // scaffold.yaml, which is YAML 1.2.
  'src/stages/parse-yaml.ts',
  // Three documents at once.
  'src/stages/merge/merge-yaml.ts',
  // A workflow, rewritten as a whole.
  'src/stages/place-workflow.ts',
];
const oneReader = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      ImportDeclaration({ source: from, importKind, specifiers }) {
        if (from.value !== 'yaml' || importKind === 'type') return;
        for (const node of specifiers) {
          // What a node is may be asked anywhere.
          if (node.importKind === 'type' || /^is[A-Z]/.test(node.imported?.name ?? '')) continue;
          const message =
            'src/manifests reads, edits and prints YAML: read-documents.ts, edit-yaml.ts, print-yaml.ts.';
          context.report({ node, message });
        }
      },
    };
  },
};

/** The rules that hold the layers of src/ apart. */
export const layerConfigs = [
  ...Object.keys(layers).map(layer),
  {
    files: ['src/rules/composition/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noClock, noProcess, noDynamicEffects, ...noTransport],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: yamlFiles,
    plugins: { yaml: { rules: { 'one-reader': oneReader } } },
    rules: { 'yaml/one-reader': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/meshes/**'],
    plugins: { meshes: { rules: { words: noMeshWords } } },
    rules: { 'meshes/words': 'error' },
  },
  {
    files: ['src/cli.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: withoutEffects,
          patterns: [
            {
              group: Object.keys(layers)
                .filter((name) => !['commands', 'io'].includes(name))
                .map((name) => `./${name}/**`),
              message: 'src/cli.ts reads argv and sets the exit code; commands do the rest.',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...noClock],
    },
  },
];
