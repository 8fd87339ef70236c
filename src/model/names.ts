/**
 * Names reach Kubernetes objects, DNS, Go identifiers, file names and environment variables.
 * Each function states which of these it serves.
 */

/** The one grammar for service, upstream and environment names: a DNS-1035 label (RFC 1035, Kubernetes Service names). */
const DNS_1035_LABEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Words that YAML 1.1, which Kubernetes' tools read, takes for a boolean or null unless they are quoted. */
const YAML_WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/;

/** Device names that Windows reserves, with any extension. */
const WINDOWS_DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

export type NameProblem = { readonly reason: string; readonly suggestion: string };

/**
 * Says why a text cannot name a service, an upstream or an environment.
 *
 * @returns undefined when the name is good
 */
export function findNameProblem(name: string): NameProblem | undefined {
  if (!DNS_1035_LABEL.test(name)) {
    return {
      reason:
        'lower-case letters, digits and "-", at most 63, starting with a letter, ending with a letter or digit',
      suggestion: suggestName(name),
    };
  }
  if (WINDOWS_DEVICES.test(name)) {
    return {
      reason: `Windows reserves "${name}" as a device name, so nobody could check the repo out there`,
      suggestion: `${name}-service`,
    };
  }
  if (YAML_WORDS.test(name)) {
    return {
      reason: `YAML reads "${name}" as a boolean or null wherever somebody forgets the quotes`,
      suggestion: `${name}-service`,
    };
  }
  return undefined;
}

/** `is not a name: …. Try orders-api.`, to stand after what was written. */
export function describeNameProblem({ reason, suggestion }: NameProblem): string {
  return `is not a name: ${reason}.${suggestion === '' ? '' : ` Try ${suggestion}.`}`;
}

/** Names that a language keeps for itself where a service has its folder. */
export type ReservedNames = { readonly names: readonly string[]; readonly reason: string };

/**
 * Says why a text, good as a name, cannot name a service in a language.
 *
 * @returns undefined when it can
 */
export function findReservedName(
  name: string,
  reserved: ReservedNames | undefined,
): NameProblem | undefined {
  if (reserved?.names.includes(name) !== true) return undefined;
  return {
    reason: reserved.reason.replace('{name}', `"${name}"`),
    suggestion: `${name}-service`,
  };
}

/** The nearest good name: `Orders_API` gives `orders-api`. Empty when nothing usable is left. */
export function suggestName(text: string): string {
  const candidate = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return DNS_1035_LABEL.test(candidate) ? candidate : '';
}

/** `order-lines` gives `OrderLines`: an exported Go identifier, a TypeScript class name. */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `order-lines` gives `orderLines`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** `perTryTimeout` and `per-try-timeout` give `PER_TRY_TIMEOUT`: the form of environment variables. */
export function constantCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

function words(name: string): string[] {
  return name.split('-').filter((word) => word !== '');
}
