import { expect, test } from 'vitest';

import { findOldModule } from '../../src/stages/find-old-module.js';

const texts = new Map([
  ['import.go', 'import "example.com/orders/internal/log"\n'],
  ['ldflags', 'go build -ldflags "-X example.com/orders/internal/build.version=1"\n'],
  ['longer.go', 'import "example.com/orders-api/log"\nimport "my.example.com/orders"\n'],
  ['new.go', 'import "example.com/orders/v2/internal/log"\n'],
  ['word.ts', "const name = 'orders';\n"],
  ['bare.ts', "import { a } from 'orders/a';\nimport 'orders-api';\n"],
]);

test.each([
  ['another path', 'example.com/orders', 'example.com/sales', ['import.go', 'ldflags', 'new.go']],
  ['the next major', 'example.com/orders', 'example.com/orders/v2', ['import.go', 'ldflags']],
  ['a plain word', 'orders', 'sales', ['bare.ts']],
  ['a path that nothing names', 'example.com/mail', 'example.com/sales', []],
])('%s', (_, was, now, paths) => {
  expect(findOldModule(texts, { was, now })).toEqual(paths);
});
