import * as z from 'zod/mini';

import { findPathProblem } from '../model/output-path.js';
import type { ToolSource } from '../model/tool-source.js';
import { quote } from '../model/text.js';

/** Every key of `tool.source`, with what it must hold. Values reach shell, YAML and JSON: the sets are narrow. */
const formats = {
  npm: {
    pattern: /^(?=.{1,214}$)(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
    what: 'the name of an npm package such as meshwright',
  },
  version: {
    pattern: /^(?=.{1,64}$)\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/,
    what: 'an exact version such as 0.2.0',
  },
  tarball: {
    pattern: /^(?=.{1,2000}$)https?:\/\/[\w.-]+(?::\d{1,5})?\/[\w.~:/@%+=&,?-]*$/,
    what: 'an https URL without credentials, such as https://registry.example.com/meshwright-0.2.0.tgz',
  },
  git: {
    pattern: /^(?=.{1,2000}$)(?:https:\/\/|ssh:\/\/(?:[\w.-]+@)?)[\w.-]+(?::\d{1,5})?\/[\w.~/+-]+$/,
    what: 'an https or ssh URL such as https://git.example.com/tools/meshwright.git, without a password',
  },
  commit: {
    pattern: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
    what: 'a full commit id: 40 (or 64) lower-case hexadecimal digits',
  },
  path: {
    pattern: /^(?!node_modules\/)[\w.@/+-]+\.(?:tgz|tar\.gz)$/,
    what: 'the path of a tarball in this repository, such as tools/meshwright-0.2.0.tgz',
  },
  integrity: {
    pattern: /^sha512-[A-Za-z0-9+/]{86}==$/,
    what: 'sha512- and the base64 of the digest, as npm writes it',
  },
} as const;

export type ToolKey = keyof typeof formats;
export const toolKeys = Object.keys(formats) as readonly ToolKey[];

/** What each source must say besides its first key, and nothing else. */
export const toolKinds = {
  npm: ['npm', 'version', 'integrity'],
  tarball: ['tarball', 'integrity'],
  git: ['git', 'commit'],
  path: ['path', 'integrity'],
} as const satisfies Readonly<Record<string, readonly ToolKey[]>>;

const shapes = Object.values(toolKinds)
  .map((keys) => `{ ${keys.join(', ')} }`)
  .join(', ');

/** Says what a value of a key must be, to stand after "must be"; undefined when it is good. */
export function findToolProblem(key: ToolKey, value: string): string | undefined {
  const { pattern, what } = formats[key];
  if (!pattern.test(value)) return what;
  if (key === 'path' && findPathProblem(value) !== undefined) return what;
  return undefined;
}

/** The pattern of a key, for the JSON Schema. */
export function toolPattern(key: ToolKey): { readonly pattern: string; readonly what: string } {
  const { pattern, what } = formats[key];
  return { pattern: pattern.source, what };
}

const sourceSchema = z
  .strictObject(
    Object.fromEntries(toolKeys.map((key) => [key, z.optional(valueSchema(key))])) as Record<
      ToolKey,
      z.ZodMiniOptional<z.ZodMiniString>
    >,
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? `must be a map with one of ${shapes}` : undefined,
    },
  )
  .check(
    z.superRefine((source, context) => {
      const written = toolKeys.filter((key) => source[key] !== undefined);
      const kinds = kindsOf(written);
      const [kind] = kinds;
      if (kind === undefined || kinds.length > 1) {
        context.addIssue({ code: 'custom', message: `must have the keys of one of ${shapes}` });
        return;
      }
      const needed: readonly ToolKey[] = toolKinds[kind];
      for (const key of written.filter((each) => !needed.includes(each))) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `does not belong to a source with ${kind}: write { ${needed.join(', ')} }`,
        });
      }
      for (const key of needed.filter((each) => !written.includes(each))) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `must be ${formats[key].what}`,
        });
      }
    }),
  );

function valueSchema(key: ToolKey) {
  const error = `must be ${formats[key].what}`;
  return z
    .string({ error })
    .check(z.refine((value) => findToolProblem(key, value) === undefined, { error }));
}

function kindsOf(written: readonly ToolKey[]): ToolSource['kind'][] {
  return (Object.keys(toolKinds) as ToolSource['kind'][]).filter((kind) => written.includes(kind));
}

/** `tool` of scaffold.yaml: how CI gets this tool. */
export const toolSchema = z._default(
  z.pipe(
    z.transform((value: unknown): unknown => value ?? {}),
    z.strictObject(
      { source: z.optional(sourceSchema) },
      {
        error: (issue) => (issue.code === 'invalid_type' ? 'must be a map with source' : undefined),
      },
    ),
  ),
  {},
);

/** A source that the schema has accepted. */
export function toToolSource(
  source: Readonly<Partial<Record<ToolKey, string | undefined>>>,
): ToolSource {
  const { npm, version = '', tarball, git, commit = '', path, integrity = '' } = source;
  if (npm !== undefined) return { kind: 'npm', name: npm, version, integrity };
  if (tarball !== undefined) return { kind: 'tarball', url: tarball, integrity };
  if (git !== undefined) return { kind: 'git', url: git, commit };
  if (path !== undefined) return { kind: 'path', path, integrity };
  throw new Error(`no source: ${quote(JSON.stringify(source))}`);
}
