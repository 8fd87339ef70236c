import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { commit, makeService, nothing, scaffold, timedInCopy } from './measure.mjs';

const FILES = 100;
const UPSTREAMS = 9;

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: `update where both sides changed ${FILES} files, without verify, to node -e 0`,
  limit: 10,
  prepare: (folder) => {
    const repo = join(folder, 'orders');
    const upstreams = Array.from({ length: UPSTREAMS }, (_, index) => [
      '--upstream',
      `u${index}=http://u${index}.shop.svc.cluster.local:8080`,
    ]);
    makeService(repo, ['--language', 'go', '--all', ...upstreams.flat()]);
    // Their side: other names in code and manifests.
    const request = join(repo, 'scaffold.yaml');
    const text = readFileSync(request, 'utf8')
      .replace(/module: .*/, 'module: example.com/moved/orders')
      .replace('mesh-ready: {}', 'mesh-ready: { namespace: moved }');
    writeFileSync(request, text);
    // Our side: a line at the end of each file that theirs changes.
    const dry = ['update', '--dry-run', '--no-verify', '--allow-dirty', '--json'];
    const { files } = JSON.parse(scaffold(dry, { cwd: repo }));
    const changed = files
      .filter(({ path, action }) => action === 'updated' && /\.(?:go|ya?ml)$/.test(path))
      .slice(0, FILES);
    if (changed.length < FILES) throw new Error(`only ${changed.length} files change`);
    for (const { path } of changed) {
      appendFileSync(join(repo, path), path.endsWith('.go') ? '\n// Ours.\n' : '# Ours.\n');
    }
    commit(repo);
    return {
      reference: nothing,
      subject: () => timedInCopy(repo, (cwd) => scaffold(['update', '--no-verify'], { cwd })),
    };
  },
};
