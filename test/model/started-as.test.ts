import { expect, test } from 'vitest';

import { nameTool, startedAs } from '../../src/model/started-as.js';

test.each([
  ['npx meshwright', '/work/app/node_modules/.bin/meshwright', '/work/app'],
  ['npx scaffold', '/work/app/node_modules/.bin/scaffold', '/work/app/services/a'],
  ['npx meshwright', '/root/.npm/_npx/1a2b/node_modules/.bin/meshwright', '/work/app'],
  // npx would look for it in the registry there.
  [
    '.scaffold/tool/node_modules/.bin/scaffold',
    '/work/app/.scaffold/tool/node_modules/.bin/scaffold',
    '/work/app',
  ],
  ['/opt/node_modules/.bin/scaffold', '/opt/node_modules/.bin/scaffold', '/work/app'],
  ['scaffold', '/usr/local/bin/scaffold', '/work/app'],
  ['node /usr/bin/cli.js', '/usr/bin/cli.js', '/work/app'],
  ['node /opt/meshwright/dist/cli.js', '/opt/meshwright/dist/cli.js', '/work/app'],
  [`node '/opt/it'\\''s here/dist/cli.js'`, `/opt/it's here/dist/cli.js`, '/work/app'],
  ['node /opt/bin/scaffold', '/opt/bin/scaffold', '/work/app'],
])('%s, started from %s in %s', (words, script, cwd) => {
  expect(startedAs(script, { cwd, path: '/usr/local/bin:/usr/bin' })).toBe(words);
});

test('a hint says how to start it here', () => {
  expect(nameTool('Run npx meshwright update.', 'node /a/$&/cli.js')).toBe(
    'Run node /a/$&/cli.js update.',
  );
});
