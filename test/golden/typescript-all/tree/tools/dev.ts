import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { loadConfig } from '../src/config.ts';
import { standInUpstreams } from './stand-in-upstreams.ts';
import { standInIssuer } from './stand-in-issuer.ts';

// Runs the service on this machine, with stand-ins for what it needs from others. Variables that are set
// already win over theirs.
const { port } = loadConfig(process.env);
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const service = spawn(process.execPath, [main], {
  stdio: 'inherit',
  env: {
    SERVICE_SHUTDOWN_DELAY: '0s', // there are no callers who must be told of the end
    API_TOKEN: 'example', // must be set
    ...(await standInUpstreams()),
    ...(await standInIssuer()),
    ...process.env,
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => service.kill('SIGTERM'));
}
service.on('exit', (code) => process.exit(code ?? 1));
await announce(`http://localhost:${port}`);

/** Shows how to call the service as soon as it is ready. */
async function announce(url: string): Promise<void> {
  while (!(await isReady(url))) await setTimeout(100);
  const curl = ['curl'];
  curl.push('-H "Authorization: Bearer $(make -s token)"');
  curl.push(`${url}/v1/items`);
  console.error(`\n${curl.join(' ')}\n`);
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
