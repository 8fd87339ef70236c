import type { Toolchain } from './toolchain.js';

/**
 * The module of a language, found by its name alone; the bundle holds each of them as a file of its own.
 *
 * @throws Error when there is none
 */
export async function loadToolchain(language: string): Promise<Toolchain> {
  const module = (await import(`./languages/${language}.ts`)) as { toolchain: Toolchain };
  return module.toolchain;
}
