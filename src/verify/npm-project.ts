import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readText } from '../io/read-file.js';

const MAX_BYTES = 64 * 1_024 * 1_024;

/** What other package managers leave in a project, and the command that installs with them. */
const managers: readonly { readonly name: string; readonly files: readonly string[] }[] = [
  { name: 'pnpm', files: ['pnpm-lock.yaml'] },
  { name: 'yarn', files: ['yarn.lock'] },
  { name: 'bun', files: ['bun.lock', 'bun.lockb'] },
];

/** A package manager other than npm that the project uses, and by what one sees it. */
export type ForeignManager = { readonly name: string; readonly because: string };

/** Looks at the project's own folder: a lock of another manager, or `packageManager` in package.json. */
export function findForeignManager(root: string): ForeignManager | undefined {
  const declared = property(readJson(join(root, 'package.json')), 'packageManager');
  const name = typeof declared === 'string' ? declared.split('@')[0] : undefined;
  if (name === 'npm') return undefined;
  if (name !== undefined && managers.some((manager) => manager.name === name)) {
    return { name, because: `packageManager in package.json` };
  }
  for (const manager of managers) {
    const file = manager.files.find((path) => existsSync(join(root, path)));
    if (file !== undefined) return { name: manager.name, because: file };
  }
  return undefined;
}

/** A script of package.json. */
export function readScript(root: string, name: string): string | undefined {
  const script = property(property(readJson(join(root, 'package.json')), 'scripts'), name);
  return typeof script === 'string' && script.trim() !== '' ? script : undefined;
}

/** Yarn from version 2 on, whose options are others. */
export function usesModernYarn(root: string): boolean {
  const declared = property(readJson(join(root, 'package.json')), 'packageManager');
  if (typeof declared === 'string') return /^yarn@(?!0\.|1\.)/.test(declared);
  return existsSync(join(root, '.yarnrc.yml'));
}

/**
 * Whether node_modules holds what package-lock.json lists, and nothing else, by the lock that npm keeps inside.
 * What is optional may be absent, as it is for other platforms; what tests need may not, as after
 * NODE_ENV=production.
 */
export function isInstalled(root: string): boolean {
  const [wanted, found] = ['package-lock.json', 'node_modules/.package-lock.json'].map((path) =>
    property(readJson(join(root, path)), 'packages'),
  );
  if (!isObject(wanted) || !isObject(found)) return false;
  const isThere = ([path, entry]: readonly [string, unknown]): boolean => {
    if (path === '') return true;
    if (!Object.hasOwn(found, path)) return property(entry, 'optional') === true;
    const isSame = ['version', 'integrity'].every(
      (key) => property(entry, key) === property(found[path], key),
    );
    return isSame && existsSync(join(root, path));
  };
  return (
    Object.entries(wanted).every(isThere) &&
    Object.keys(found).every((path) => Object.hasOwn(wanted, path))
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path, { maxBytes: MAX_BYTES, name: path }) ?? '');
  } catch {
    return undefined; // npm says what is wrong with it
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function property(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
