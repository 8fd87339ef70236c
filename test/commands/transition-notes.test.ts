import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { startLife } from '../support/life.js';

/** What a change means for callers and for people's own code is said before it is made, and after. */
const real = readCatalog(process.cwd());
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
const REFUSES = 'Requests without a valid token are refused (401) from the next deploy on';

describe.each(['go', 'typescript'])('jwt in a %s service that runs already', (language) => {
  const start = async () => await startLife(real, ['--language', language, '--upstream', upstream]);
  const add = ['add', 'capability', 'jwt', '--no-verify'];

  test('is said to refuse requests without a token, in the dry run and the summary', async () => {
    const life = await start();
    expect(flat((await life.run([...add, '--dry-run'])).out)).toContain(REFUSES);
    const { notes } = JSON.parse((await life.run([...add, '--dry-run', '--json'])).out) as {
      notes: string[];
    };
    expect(notes.filter((note) => note.startsWith(REFUSES))).toHaveLength(1);
    expect(flat((await life.run(add)).out)).toContain(REFUSES);
    life.commit();
    // It is there now.
    const later = ['add', 'capability', 'retry', '--no-verify'];
    expect(flat((await life.run(later)).out)).not.toContain(REFUSES);
  });

  test('too where people wrote it into scaffold.yaml', async () => {
    const life = await start();
    life.edit('scaffold.yaml', 'capabilities: {}', 'capabilities: { jwt: {} }');
    const { out } = await life.run(['update', '--no-verify', '--allow-dirty']);
    expect(flat(out)).toContain(REFUSES);
  });
});

describe('another module', () => {
  test('names the files of people that import the old one, in Go', async () => {
    const life = await startLife(real, [
      ...['--language', 'go', '--module', 'example.com/orders'],
      ...['--upstream', upstream],
    ]);
    life.write(
      'internal/ours/ours.go',
      'package ours\n\nimport _ "example.com/orders/internal/log"\n',
    );
    life.write('internal/ours/other.go', 'package ours\n\nimport _ "example.com/orders-api/log"\n');
    life.edit(
      'cmd/orders/main.go',
      '"example.com/orders/internal/config"',
      '"example.com/orders/internal/config"\n\t_ "example.com/orders/internal/ours"',
    );
    life.commit();
    life.edit('scaffold.yaml', 'module: example.com/orders', 'module: example.com/shop/orders');
    life.commit();
    const dry = await life.run(['update', '--no-verify', '--dry-run', '--json']);
    const { notes } = JSON.parse(dry.out) as { notes: string[] };
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('The module was example.com/orders and is example.com/shop/orders.');
    expect(notes[0]).toContain('internal/ours/ours.go');
    expect(notes[0]).toContain('cmd/orders/main.go');
    expect(notes[0]).not.toContain('other.go');
    const { out } = await life.run(['update', '--no-verify']);
    expect(flat(out)).toContain('internal/ours/ours.go');
  });

  test('names those that name the old package, in TypeScript', async () => {
    const life = await startLife(real, [
      ...['--language', 'typescript', '--module', '@acme/orders'],
      ...['--upstream', upstream],
    ]);
    life.write('src/ours.ts', "import '@acme/orders/thing';\n");
    life.write('src/other.ts', "import '@acme/orders-api';\n");
    life.edit('scaffold.yaml', '@acme/orders', '@acme/sales');
    life.commit();
    const { notes } = JSON.parse((await life.run(['update', '--no-verify', '--json'])).out) as {
      notes: string[];
    };
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('still names it as before: src/ours.ts. Write @acme/sales there');
  });

  test('says nothing where no file does', async () => {
    const life = await startLife(real, [
      ...['--language', 'go', '--module', 'example.com/orders'],
      ...['--upstream', upstream],
    ]);
    life.edit('scaffold.yaml', 'module: example.com/orders', 'module: example.com/sales');
    life.commit();
    const { notes } = JSON.parse((await life.run(['update', '--no-verify', '--json'])).out) as {
      notes: string[];
    };
    expect(notes).toEqual([]);
  });
});
