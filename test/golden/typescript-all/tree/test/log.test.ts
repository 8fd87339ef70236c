import { expect, test } from 'vitest';

import { captureLog } from './support/log.ts';

test('a log line names time, level and error as other services do', () => {
  const { log, lines } = captureLog();
  log.warn({ error: new Error('failed', { cause: new Error('lost') }), more: 1 }, 'something');
  log.error(new Error('alone'));
  log.debug('unseen');
  expect(lines).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      level: 'WARN',
      msg: 'something',
      error: 'failed: lost',
      more: 1,
    },
    expect.objectContaining({ level: 'ERROR', msg: 'alone', error: 'alone' }),
  ]);
});
