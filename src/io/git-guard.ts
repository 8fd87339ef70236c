import type { Environment } from './process.js';

/**
 * A repository may come from anywhere, and its configuration names programs: git must start none of them, fetch
 * nothing and ask no one. Command-line settings win over every configuration file, included ones too.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'core.pager': 'cat',
  'core.editor': 'false',
  'core.askPass': '',
  'core.sshCommand': 'false',
  'core.gitProxy': '',
  'core.alternateRefsCommand': '',
  'core.quotePath': 'false',
  'credential.helper': '',
  'diff.external': '',
  'diff.ignoreSubmodules': 'all',
  'submodule.recurse': 'false',
  'status.submoduleSummary': 'false',
  'log.showSignature': 'false',
  'gpg.program': 'false',
  'protocol.allow': 'never',
  'safe.bareRepository': 'explicit',
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

/** Arguments that stand before the name of a git command. */
export const guardArguments: readonly string[] = [
  '--no-pager',
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

/**
 * Variables by which a hook leads git to its own repository (`git rev-parse --local-env-vars`), but for
 * GIT_CONFIG_*, by which CI says which folders are safe; and those that name programs or trace files.
 */
const DROPPED =
  /^(?:GIT_(?:DIR|COMMON_DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|NAMESPACE|EXTERNAL_DIFF|SSH|SSH_COMMAND|PROXY_COMMAND|TRACE\w*)|SSH_ASKPASS)$/;

/**
 * The environment in which git runs.
 *
 * @param settings further settings that win over every configuration file, by name
 */
export function guardEnvironment(
  env: Environment,
  settings: ReadonlyMap<string, string> = new Map(),
): Environment {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !DROPPED.test(name)));
  const given = Number(env['GIT_CONFIG_COUNT'] ?? '0');
  const first = Number.isSafeInteger(given) && given >= 0 ? given : 0;
  const more = [...settings].flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, name] as const,
    [`GIT_CONFIG_VALUE_${first + index}`, value] as const,
  ]);
  return {
    ...kept,
    ...Object.fromEntries(more),
    ...(more.length > 0 && { GIT_CONFIG_COUNT: String(first + settings.size) }),
    // Names no protocol, so that none is allowed.
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_EDITOR: 'false',
    GIT_PAGER: 'cat',
    PAGER: 'cat',
    LC_ALL: 'C',
  };
}

/** Of the names of configured settings, what takes away each filter, diff driver and promisor remote. */
export function overridesOf(names: Iterable<string>): ReadonlyMap<string, string> {
  const overrides = new Map<string, string>();
  for (const name of names) {
    const [, section = '', driver = ''] = /^(filter|diff|remote)\.(.*)\.[^.]+$/s.exec(name) ?? [];
    if (section === 'filter') {
      for (const key of ['clean', 'smudge', 'process'])
        overrides.set(`filter.${driver}.${key}`, '');
      // A required filter without a program is an error.
      overrides.set(`filter.${driver}.required`, 'false');
    }
    if (section === 'diff') {
      for (const key of ['command', 'textconv']) overrides.set(`diff.${driver}.${key}`, '');
    }
    if (section === 'remote') overrides.set(`remote.${driver}.promisor`, 'false');
  }
  return overrides;
}
