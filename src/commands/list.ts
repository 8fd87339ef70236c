import type { Host } from '../io/host.js';
import { exitCodes } from '../model/errors.js';
import { formatTable } from '../report/layout.js';
import type { Outcome } from './outcome.js';

/** All capabilities with one sentence each, the languages and the meshes. */
export function list(host: Host): Outcome {
  const catalog = host.loadCatalog();
  const capabilities = [...catalog.capabilities].sort((a, b) => a.order - b.order);
  const languages = catalog.languages.map(({ language, title, transports }) => ({
    id: language,
    title,
    transports,
  }));
  const meshes = catalog.meshes.map(({ id, title }) => ({ id, title }));
  return {
    exitCode: exitCodes.clean,
    document: {
      capabilities: capabilities.map(({ id, title, summary, requires, conflicts, suggests }) => ({
        id,
        title,
        summary,
        requires: requires.map((other) => other.id),
        conflicts: conflicts.map((other) => other.id),
        suggests: suggests.map((other) => other.id),
      })),
      languages,
      meshes,
    },
    text: ({ style, columns, tool }) =>
      [
        formatTable(
          capabilities.map(({ id, summary }) => [style.bold(id), summary]),
          { columns, indent: 0 },
        ),
        '',
        `Languages: ${languages.map(({ id }) => id).join(', ')}`,
        `Meshes: ${meshes.map(({ id }) => id).join(', ')}`,
        `Settings of one: ${tool} info CAPABILITY`,
        '',
      ].join('\n'),
  };
}
