import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cli, run } from './measure.mjs';

const cpu = `process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stdout.write('\\ncpu '+(user+system))})`;
const FEW = 1_000;
const MANY = 6_000;

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: `CPU of check of ${MANY} manifests, to that of ${FEW}: linear`,
  limit: 7,
  turns: 3,
  prepare: (folder) => {
    const [few, many] = [FEW, MANY].map((count) => makeManifests(join(folder, `${count}`), count));
    return { reference: () => cpuOf(few ?? ''), subject: () => cpuOf(many ?? '') };
  },
};

/** @param {string} folder @returns milliseconds */
export function cpuOf(folder) {
  const out = run(
    process.execPath,
    ['--import', `data:text/javascript,${cpu}`, cli, 'check', folder],
    { good: [0, 1] },
  );
  return Number(/cpu (\d+)/.exec(out)?.[1] ?? Number.NaN) / 1_000;
}

/**
 * Services with their Deployment, VirtualService and DestinationRule, a file each.
 *
 * @param {string} folder
 * @param {number} count
 */
export function makeManifests(folder, count) {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count / 4; index += 1) {
    const name = `web-${index}`;
    const metadata = `metadata:\n  name: ${name}\n  namespace: team-${index % 20}\n`;
    const files = {
      service: `apiVersion: v1\nkind: Service\n${metadata}spec:\n  selector:\n    app: ${name}\n  ports:\n    - name: http\n      port: 80\n`,
      deployment: `apiVersion: apps/v1\nkind: Deployment\n${metadata}spec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: ${name}\n  template:\n    metadata:\n      labels:\n        app: ${name}\n        sidecar.istio.io/inject: "true"\n    spec:\n      containers:\n        - name: app\n          image: registry.invalid/${name}:1\n          ports:\n            - containerPort: 80\n`,
      route: `apiVersion: networking.istio.io/v1\nkind: VirtualService\n${metadata}spec:\n  hosts:\n    - ${name}\n  http:\n    - timeout: 3s\n      retries:\n        attempts: 2\n        perTryTimeout: 1s\n        retryOn: connect-failure,refused-stream\n      route:\n        - destination:\n            host: ${name}\n`,
      policy: `apiVersion: networking.istio.io/v1\nkind: DestinationRule\n${metadata}spec:\n  host: ${name}\n  trafficPolicy:\n    outlierDetection:\n      consecutive5xxErrors: 5\n      maxEjectionPercent: 50\n`,
    };
    for (const [kind, text] of Object.entries(files))
      writeFileSync(join(folder, `${name}-${kind}.yaml`), text);
  }
  return folder;
}
