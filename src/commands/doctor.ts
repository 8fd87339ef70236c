import type { Host } from '../io/host.js';
import { platforms } from '../meshes/needed.js';
import { exitCodes } from '../model/errors.js';
import { formatTable } from '../report/layout.js';
import type { Style } from '../report/style.js';
import { findTool, listTools, type FoundTool } from '../verify/tools.js';
import type { Outcome } from './outcome.js';

/** Says which tools are here. Ends with 6 when nothing could be made and proven here. */
export async function doctor(host: Host): Promise<Outcome> {
  const catalog = host.loadCatalog();
  const supported = catalog.languages.map(({ language }) => language);
  const tools = listTools(catalog);
  const found = await Promise.all(tools.map(async (tool) => await findTool(tool, host.env)));
  const languages = supported.filter((language) =>
    found.every(({ tool, state }) => tool.language !== language || state === 'good'),
  );
  const isReady =
    languages.length > 0 &&
    found.every(({ tool, state }) => tool.need !== 'always' || state === 'good');
  return {
    exitCode: isReady ? exitCodes.clean : exitCodes.environment,
    document: {
      languages,
      tools: found.map(({ tool, state, version }) => ({
        name: tool.name,
        state,
        version,
        minimum: tool.minimum,
        need: tool.need,
        purpose: tool.purpose,
        install: tool.install,
      })),
      platforms,
    },
    text: (page) => formatDoctor(found, languages, page),
  };
}

function formatDoctor(
  found: readonly FoundTool[],
  languages: readonly string[],
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  const rows = found.map((entry) => [
    symbolOf(entry, style),
    entry.tool.name,
    entry.version,
    [entry.tool.purpose, adviceOn(entry)].filter((text) => text !== '').join('. '),
  ]);
  return [
    formatTable(rows, { columns }),
    '',
    languages.length === 0
      ? 'Services can be made here, but in no language be proven.'
      : `Services can be made and proven here in: ${languages.join(', ')}.`,
    '',
    'The manifests ask for',
    formatTable(
      platforms.map(({ name, minimum, because }) => [name, `${minimum} or later`, because]),
      { columns },
    ),
    '',
  ].join('\n');
}

function symbolOf({ state, tool }: FoundTool, style: Style): string {
  if (state === 'good') return style.green(style.symbols.passed);
  switch (tool.need) {
    case 'always':
      return style.red(style.symbols.failed);
    case 'language':
      return style.yellow(style.symbols.failed);
    case 'optional':
      return style.dim(style.symbols.skipped);
  }
}

function adviceOn({ state, tool }: FoundTool): string {
  switch (state) {
    case 'good':
      return '';
    case 'old':
      return `Needs ${tool.minimum} or later: ${tool.install}`;
    case 'missing':
      return `Not on PATH: ${tool.install}`;
    case 'broken':
      return `Does not run: ${tool.name} ${tool.arguments.join(' ')}`;
  }
}
