import type { Host } from '../io/host.js';
import { readCluster } from '../io/read-cluster.js';
import type { Folder } from './read-folder.js';

export type LiveFlags = {
  readonly live?: boolean;
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly context?: string;
};

/** A cluster in place of a folder. @throws ToolError as `readCluster` */
export async function readLive(flags: LiveFlags, host: Host): Promise<Folder> {
  const { files, skipped, notes, source } = await readCluster(
    {
      context: flags.context,
      namespaces: flags.namespace ?? [],
      isAll: flags.allNamespaces === true,
    },
    host,
  );
  return {
    path: '-',
    root: host.cwd,
    files,
    built: undefined,
    problems: [],
    notes: notes.map((note) => ({ ...note, line: 1, column: 1 })),
    skipped,
    source,
  };
}
