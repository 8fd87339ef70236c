import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `capabilities/<id>/` with a manifest and a page that pass the contract tests:
 * `npm run new-capability -- rate-limit`.
 */
export function main([id]: readonly string[], root = '.'): void {
  if (id === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) {
    throw new Error('usage: npm run new-capability -- ID, lower-case words joined by "-"');
  }
  const all = join(root, 'capabilities');
  const folder = join(all, id);
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  const order = 10 * (readdirSync(all).length + 1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'capability.yaml'), manifestOf(id, order));
  writeFileSync(join(folder, 'README.md'), pageOf(id));
  for (const language of readdirSync(join(root, 'templates'))) {
    mkdirSync(join(folder, language));
    writeFileSync(join(folder, language, 'files.yaml'), listOf(language));
  }
  console.log(
    `${folder}: edit capability.yaml and each files.yaml, then npm run docs && npx vitest run --project contracts`,
  );
}

function titleOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function manifestOf(id: string, order: number): string {
  return `id: ${id}
title: ${titleOf(id)}
summary: What ${titleOf(id).toLowerCase()} does for a service, in one sentence.
order: ${order}
settings:
  limit:
    type: integer
    unit: requests
    min: 1
    max: 1000
    default: 100
    doc: What this setting decides, in one sentence.
# What holds for every language is listed here, and what a language has in <language>/files.yaml:
# files:
#   - path: deploy/base/${id}.yaml
#     template: deploy/base/${id}.yaml.hbs
`;
}

/** What a capability has in one language: nothing yet. */
function listOf(language: string): string {
  return `# What it has in ${language}. Templates are paths from this folder.
# files:
#   - path: PATH/IN/THE/SERVICE
#     template: PATH/IN/THIS/FOLDER.hbs
# slots:
#   - slot: NAME
#     text: |
#       A line.
files: []
slots: []
`;
}

function pageOf(id: string): string {
  return `# ${titleOf(id)}

What it does in the process, what it does in the mesh, and what it does not do.
`;
}
