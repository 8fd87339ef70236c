import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { run } from '../../src/commands/run.js';
import { fakeHost } from './host.js';
import { readFolder } from './read-folder.js';
import { ruleCatalog } from './rule-catalog.js';

const place = {
  file: z.string().optional(),
  line: z.number().int().optional(),
  /** Words of the message. */
  says: z.string().optional(),
};

/** `expected.yaml` of a case: test/fixtures/foreign/README.md describes it. */
const expectedSchema = z.strictObject({
  /** What `check` gets; the folder by default. */
  args: z.array(z.string()).default(['.']),
  exit: z.number().int(),
  findings: z
    .array(
      z.strictObject({
        code: z.string(),
        severity: z.enum(['error', 'warning', 'info']).optional(),
        target: z.string().optional(),
        /** How often; 1 by default. */
        times: z.number().int().default(1),
        ...place,
      }),
    )
    .default([]),
  /** Codes that must not be there, or `*` for every code that `findings` does not name. */
  absent: z.array(z.string()).default([]),
  problems: z.array(z.strictObject(place)).default([]),
  /** Words of the text output; standard error counts too. */
  text: z.array(z.string()).default([]),
});

export type Expected = z.infer<typeof expectedSchema>;

export function readExpected(folder: string): Expected {
  return expectedSchema.parse(parse(readFileSync(join(folder, 'expected.yaml'), 'utf8')));
}

const findingSchema = z.looseObject({
  code: z.string(),
  severity: z.string(),
  target: z.string(),
  message: z.string(),
  locations: z.array(z.looseObject({ file: z.string(), line: z.number() })),
});

const documentSchema = z.looseObject({
  findings: z.array(findingSchema).default([]),
  problems: z
    .array(z.looseObject({ file: z.string(), line: z.number(), message: z.string() }))
    .default([]),
});

export type ForeignRun = {
  readonly exitCode: number;
  readonly document: z.infer<typeof documentSchema>;
  readonly text: string;
  /** Every file of the case after the run. */
  readonly after: ReadonlyMap<string, string>;
};

/**
 * Runs `check` in a repository that holds the files of a case alone, `expected.yaml` and `after/` left out. The
 * command runs twice, as JSON and as text, but with `--fix` once, since the second run would find nothing.
 */
export async function runForeign(folder: string, { args }: Expected): Promise<ForeignRun> {
  const root = mkdtempSync(join(tmpdir(), 'foreign-'));
  const cwd = join(root, basename(folder));
  try {
    mkdirSync(cwd);
    cpSync(folder, cwd, {
      recursive: true,
      filter: (path) => path !== join(folder, 'expected.yaml') && path !== join(folder, 'after'),
    });
    spawnSync('git', ['init', '--quiet'], { cwd });
    const catalog = ruleCatalog();
    const asked = fakeHost({ cwd, catalog });
    const exitCode = await run(['check', ...args, '--json'], asked);
    const text = args.includes('--fix') ? undefined : fakeHost({ cwd, catalog });
    if (text !== undefined) await run(['check', ...args], text);
    const after = new Map([...readFolder(cwd)].filter(([path]) => !path.startsWith('.git/')));
    const document = documentSchema.parse(JSON.parse(asked.out()));
    return { exitCode, document, text: (text?.out() ?? '') + (text?.err() ?? ''), after };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
