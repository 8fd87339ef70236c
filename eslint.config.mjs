import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

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

const effects = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:http',
  'node:https',
  'node:net',
  'node:os',
  'node:process',
  'node:readline',
  'node:readline/promises',
  'node:timers',
  'node:timers/promises',
  'node:tty',
  'node:worker_threads',
  'execa',
  'fs-extra',
  '@clack/prompts',
];

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
  selector: "MemberExpression[object.name='process']",
  message: 'Only src/io, src/verify and src/cli.ts touch the process; pass plain values.',
};

const noExit = {
  selector: "MemberExpression[object.name='process'][property.name=/^(exit|exitCode)$/]",
  message: 'Only src/cli.ts ends the process: throw a ToolError.',
};

function layer(name) {
  const outer = Object.keys(layers).filter(
    (other) => other !== name && !layers[name].includes(other),
  );
  const isEffectful = name === 'io' || name === 'verify';
  return {
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: isEffectful
            ? []
            : effects.map((path) => ({
                name: path,
                message: 'Effects live in src/io and src/verify.',
              })),
          patterns: [
            {
              group: [...outer.map((other) => `**/${other}/**`), '**/cli.js'],
              message: `src/${name} may import: ${[name, ...layers[name]].join(', ')}.`,
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...(isEffectful ? [noExit] : [...noClock, noProcess])],
    },
  };
}

export default defineConfig(
  globalIgnores([
    'dist/',
    'orders/',
    'coverage/',
    'templates/',
    'capabilities/*/{go,typescript,deploy}/',
    'test/golden/*/tree/',
    'test/golden/**/tree/',
    'test/fixtures/',
    'test/**/*-cases/',
    'src/mesh/schemas/',
    'src/report/page/script.js',
  ]),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/return-await': ['error', 'always'],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'no-console': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  ...Object.keys(layers).map(layer),
  {
    files: ['src/cli.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: effects,
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
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
