import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import * as z from 'zod/mini';

import { ToolError } from '../model/errors.js';
import { isSystemError } from './file-error.js';
import { readText } from './read-file.js';

/**
 * What shows that a journal was made by this tool, for this person: a MAC with a key that lies outside of any
 * repository. Where the person has no place for a key, the folder of the run is named by owner and inode, which
 * nobody who packs or pushes a folder can know.
 */
export const buildSealSchema = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mac'), value: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
    z.strictObject({ kind: z.literal('place'), owner: z.string(), inode: z.string() }),
  ]);
export type Seal = z.infer<ReturnType<typeof buildSealSchema>>;

/** @param folder of the run, which is there */
export function seal(folder: string, body: string): Seal {
  const key = readKey() ?? makeKey();
  return key === undefined ? placeOf(folder) : { kind: 'mac', value: macOf(key, body) };
}

/** A person who has a key uses it: nothing without a MAC is believed then. */
export function isSealed(folder: string, body: string, given: Seal): boolean {
  const key = readKey();
  if (given.kind === 'mac') {
    return (
      key !== undefined &&
      timingSafeEqual(Buffer.from(macOf(key, body), 'hex'), Buffer.from(given.value, 'hex'))
    );
  }
  const place = placeOf(folder);
  return (
    key === undefined &&
    place.owner === given.owner &&
    place.inode === given.inode &&
    place.owner === String(process.getuid?.() ?? place.owner)
  );
}

function macOf(key: string, body: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(body).digest('hex');
}

function placeOf(folder: string): Extract<Seal, { kind: 'place' }> {
  const { uid, ino } = statSync(folder, { bigint: true });
  return { kind: 'place', owner: String(uid), inode: String(ino) };
}

/** `$XDG_STATE_HOME/meshwright`, else `~/.local/state/meshwright`; undefined without a home. */
function stateFolder(): string | undefined {
  const { XDG_STATE_HOME: named = '', HOME: home = homeOrNone() } = process.env;
  if (isAbsolute(named)) return join(named, 'meshwright');
  return isAbsolute(home) ? join(home, '.local', 'state', 'meshwright') : undefined;
}

/** The system's own record of it is not asked on Unix: a home that the caller took away stays away. */
function homeOrNone(): string {
  return process.platform === 'win32' ? homedir() : '';
}

function keyPath(): string | undefined {
  const folder = stateFolder();
  return folder === undefined ? undefined : join(folder, 'journal.key');
}

/** Only a file that others can neither read nor have made is a secret. */
function readKey(): string | undefined {
  const path = keyPath();
  if (path === undefined) return undefined;
  try {
    const text = readText(path, { maxBytes: 1_024, noFollow: true })?.trim();
    if (text === undefined || !/^[0-9a-f]{64}$/.test(text)) return undefined;
    if (process.platform === 'win32') return text;
    const { uid, mode } = lstatSync(path);
    return uid === process.getuid?.() && (mode & 0o077) === 0 ? text : undefined;
  } catch (error) {
    if (error instanceof ToolError || isSystemError(error)) return undefined;
    throw error;
  }
}

/** Of two runs that make one at the same time both use the first. */
function makeKey(): string | undefined {
  const [folder, path] = [stateFolder(), keyPath()];
  if (folder === undefined || path === undefined) return undefined;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    linkSync(draft, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  } finally {
    removeDraft(draft);
  }
  return readKey();
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
