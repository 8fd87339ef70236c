import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

/**
 * Bundles src/browser, what the page of `explain --html` runs in a browser, into src/report/page/script.js.
 * It takes up the same functions that the tool calls.
 *
 * @param {string} root
 */
export async function compilePage(root) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/browser/main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    // Its own tsconfig is about types alone.
    tsconfigRaw: {},
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  // Within a page, a script ends where its text says so.
  const script = (outputFiles[0]?.text ?? '').trimEnd().replaceAll('</script', '<\\/script');
  writeFileSync(
    join(root, 'src', 'report', 'page', 'script.js'),
    `export const pageScript = ${JSON.stringify(script)};\n`,
  );
}
