/** Runs a TypeScript script of this repository: `node scripts/run.mjs scripts/generate-docs.ts`. */
import { importTypeScript } from './bundle.mjs';

const [path, ...rest] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node scripts/run.mjs SCRIPT [ARGUMENT...]');
const { main } = await importTypeScript(path);
await main(rest);
