import type { ToolValues } from '../model/context.js';
import { toolFolder, type ToolSource } from '../model/tool-source.js';

/** What `.bin` of the installed package holds; also what its package.json names. */
const PROGRAM = 'scaffold';

/** Where CI builds a git source, for a shell of GitHub Actions. */
const BUILT = '"$RUNNER_TEMP/scaffold/dist/cli.js"';

/** What templates print about how CI gets the tool: a copy of `tool.source`, nothing that a run could change. */
export function toolValues(source: ToolSource | undefined, version: string): ToolValues {
  const shared = { name: 'meshwright', version };
  if (source === undefined) {
    return { ...shared, pinned: false, packed: false, built: false, command: PROGRAM, ...NOTHING };
  }
  if (source.kind === 'git') {
    const { url, commit } = source;
    const command = `node ${BUILT}`;
    return {
      ...shared,
      pinned: true,
      packed: false,
      built: true,
      command,
      ...NOTHING,
      url,
      commit,
    };
  }
  return {
    ...shared,
    pinned: true,
    packed: true,
    built: false,
    command: `${toolFolder}/node_modules/.bin/${PROGRAM}`,
    ...NOTHING,
    ...packageValues(source),
    integrity: source.integrity,
  };
}

const NOTHING = { spec: '', entry: [], integrity: '', url: '', commit: '' } as const;

type PackedSource = Exclude<ToolSource, { readonly kind: 'git' }>;

/** As npm writes them. Of a registry's package the address is left out: each machine asks the one it is set to. */
function packageValues(source: PackedSource): Pick<ToolValues, 'spec' | 'entry'> {
  switch (source.kind) {
    case 'npm': {
      const { name, version } = source;
      const isAlias = name !== 'meshwright';
      const entry = [
        ...(isAlias ? [{ key: 'name', value: name }] : []),
        { key: 'version', value: version },
      ];
      return { spec: isAlias ? `npm:${name}@${version}` : version, entry };
    }
    case 'tarball':
      return { spec: source.url, entry: [{ key: 'resolved', value: source.url }] };
    case 'path': {
      const spec = `file:${toolFolder.replaceAll(/[^/]+/g, '..')}/${source.path}`;
      return { spec, entry: [{ key: 'resolved', value: spec }] };
    }
  }
}
