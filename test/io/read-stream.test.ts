import { Readable } from 'node:stream';

import { expect, test } from 'vitest';

import { readStream } from '../../src/io/read-stream.js';

const never = new AbortController().signal;
const MIB = 1_048_576;

/** A writer that never ends. */
function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(MIB);
}

test('a stream is read to its end', async () => {
  const source = Readable.from([Buffer.from('a'), Buffer.from('b')]);
  const bytes = await readStream(source, { maxBytes: 2, name: 'x', signal: never });
  expect(bytes.toString()).toBe('ab');
});

test('a writer that never ends is left at the bound', async () => {
  const source = Readable.from(endless());
  await expect(
    readStream(source, { maxBytes: 2 * MIB, name: 'standard input', signal: never }),
  ).rejects.toMatchObject({
    code: 'input-too-large',
    exitCode: 2,
    message: '"standard input" holds more than 2 MiB.',
  });
  expect(source.destroyed).toBe(true);
});

test('a run that is interrupted does not wait for the writer', async () => {
  const stop = new AbortController();
  const source = new Readable({ read: () => undefined });
  const reading = readStream(source, { maxBytes: 2, name: 'x', signal: stop.signal });
  stop.abort();
  await expect(reading).rejects.toMatchObject({ exitCode: 130 });
});
