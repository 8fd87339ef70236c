import { builtinModules } from 'node:module';

/** Folders of src/ from the inside out. A folder imports itself and what stands in its list. */
const layers = {
  model: [],
  stages: ['model'],
  rules: ['model', 'stages'],
  mesh: ['model', 'stages', 'rules'],
  report: ['model', 'stages', 'rules', 'mesh'],
  browser: ['model', 'rules', 'mesh', 'report'],
  io: ['model', 'stages'],
  verify: ['model', 'stages', 'rules', 'mesh', 'io'],
  commands: ['model', 'stages', 'rules', 'mesh', 'report', 'io', 'verify'],
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

function layer(name) {
  const outer = Object.keys(layers).filter(
    (other) => other !== name && !layers[name].includes(other),
  );
  const isEffectful = name === 'io' || name === 'verify';
  const message = `src/${name} may import: ${[name, ...layers[name]].join(', ')}.`;
  const syntax = isEffectful ? [noExit] : [...noClock, noProcess, noDynamicEffects];
  if (outer.length > 0) {
    syntax.push(noDynamic(`^[.][.].*\\u002F(?:${outer.join('|')})\\u002F`, message));
  }
  return {
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: isEffectful ? [] : [...withoutEffects, ...noRandom],
          patterns: [{ group: [...outer.map((other) => `**/${other}/**`), '**/cli.js'], message }],
        },
      ],
      'no-restricted-syntax': ['error', ...syntax],
    },
  };
}

/** The rules that hold the layers of src/ apart. */
export const layerConfigs = [
  ...Object.keys(layers).map(layer),
  {
    files: ['src/cli.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: withoutEffects,
          patterns: [
            {
              group: [
                './model/*',
                './stages/*',
                './rules/*',
                './mesh/*',
                './verify/*',
                './report/*',
              ],
              message: 'src/cli.ts reads argv and sets the exit code; commands do the rest.',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...noClock],
    },
  },
];
