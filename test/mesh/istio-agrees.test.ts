import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { needing, runTool } from './support/tools.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const istioctl = needing('istioctl');

describe.skipIf(istioctl.skip)(`istioctl validate${istioctl.note}`, () => {
  it.concurrent.each(readdirSync(`${fixtures}/istio-refuses`))('refuses %s', async (name) => {
    const { code } = await runTool(
      'istioctl',
      ['validate', '-f', `istio-refuses/${name}`],
      fixtures,
    );
    expect(code).not.toBe(0);
  });

  it.concurrent.each(readdirSync(`${fixtures}/valid`))('accepts %s', async (name) => {
    const { code, stderr } = await runTool(
      'istioctl',
      ['validate', '-f', `valid/${name}`],
      fixtures,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });
});
