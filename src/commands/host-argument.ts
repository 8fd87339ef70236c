import { findCaller, anyCaller, type Caller } from '../flow/find-caller.js';
import { findHost, knownHosts, namesOfHost, type KnownHost } from '../flow/known-hosts.js';
import { namespaceOfHost } from '../flow/selection.js';
import type { Selector } from '../flow/selector.js';
import { inputError, type ToolError } from '../model/errors.js';
import { suggest } from '../model/suggest.js';
import { isHostName, quote } from '../model/text.js';

/** Names that a hint lists before it counts the others. */
const LISTED = 12;

export type NamedHost = {
  readonly name: string;
  readonly port: number | undefined;
};

/**
 * Reads a host, with a port or as a URL: `reviews`, `reviews.shop:9080`, `http://reviews.shop.svc.cluster.local`.
 *
 * @throws ToolError `invalid-host` (exit 2)
 */
export function parseHost(text: string): NamedHost {
  const [, scheme, name = '', port] =
    /^(?:(https?):\/\/)?([^/:]*?)\.?(?::(\d{1,5}))?(?:\/.*)?$/i.exec(text) ?? [];
  const host = name.toLowerCase();
  const given = port ?? (scheme?.toLowerCase() === 'https' ? 443 : undefined);
  const number = given === undefined ? undefined : Number(given);
  if (!isHostName(host) || (number !== undefined && (number < 1 || number > 65_535))) {
    throw inputError(
      'invalid-host',
      `${quote(text)} is not a host: it must be a name such as reviews, reviews.shop or reviews.shop.svc.cluster.local, with or without a port.`,
    );
  }
  return { name: host, port: number };
}

/** The namespace that a name of a host in the cluster holds, or undefined: `reviews.shop`, `reviews.shop.svc`. */
export function namespaceInHost(name: string): string | undefined {
  return /^[^.]+\.([^.]+)(?:\.svc(?:\.cluster(?:\.local)?)?)?$/.exec(name)?.[1];
}

/**
 * The full name of the host that is meant.
 *
 * @param namespace of the caller
 * @throws ToolError `unknown-host`, `ambiguous-host` (exit 2)
 */
export function requireHost(name: string, namespace: string | undefined, all: Selector): string {
  const known = knownHosts(all);
  const match = findHost(name, known, namespace);
  switch (match.kind) {
    case 'found':
      return match.host;
    case 'ambiguous':
      throw inputError(
        'ambiguous-host',
        `${quote(name)} can be ${match.hosts.length} hosts.`,
        `Name one of them: ${list(match.hosts)}`,
      );
    case 'unknown':
      throw unknownHost(name, known);
  }
}

function unknownHost(name: string, known: readonly KnownHost[]): ToolError {
  const hosts = known.map(({ host }) => host);
  const near = nearHost(name, hosts);
  return inputError(
    'unknown-host',
    `no manifest has the host ${quote(name)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    hosts.length === 0
      ? 'No Service, and no policy for a host, was read: name the folder or file that holds them.'
      : `Hosts in the manifests: ${list(hosts)}`,
  );
}

/** The host with a name, full or short, that is near to a mistyped one. */
function nearHost(name: string, hosts: readonly string[]): string | undefined {
  const byName = new Map(
    hosts.flatMap((host) => namesOfHost(host).map((one) => [one, host] as const)),
  );
  const near = suggest(name, byName.keys()) ?? suggest(name.split('.')[0] ?? '', byName.keys());
  return near === undefined ? undefined : byName.get(near);
}

/**
 * The workload that calls; without a name any workload in the namespace of the host.
 *
 * @throws ToolError `unknown-workload`, `ambiguous-workload` (exit 2)
 */
export function requireCaller(from: string | undefined, host: string, all: Selector): Caller {
  if (from === undefined) return anyCaller(namespaceOfHost(host) || 'default');
  const match = findCaller(from, all);
  switch (match.kind) {
    case 'found':
      return match.caller;
    case 'ambiguous':
      throw inputError(
        'ambiguous-workload',
        `--from ${quote(from)} can be ${match.names.length} workloads.`,
        `Name one of them: ${list(match.names)}`,
      );
    case 'unknown': {
      const near = suggest(from, match.names) ?? suggest(from.split('/').at(-1) ?? '', match.names);
      throw inputError(
        'unknown-workload',
        `no manifest has the workload ${quote(from)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
        match.names.length === 0
          ? 'No workload was read. For any workload of a namespace: --from "NAMESPACE/*"'
          : `Workloads in the manifests: ${list(match.names)}. For any workload of a namespace: --from "NAMESPACE/*"`,
      );
    }
  }
}

/** The namespace that `--from` names. @throws ToolError `invalid-caller` (exit 2) */
export function namespaceInCaller(from: string | undefined): string | undefined {
  if (from === undefined) return undefined;
  if (!/^(?:[a-z0-9-]{1,63}\/)?(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\*)$/.test(from)) {
    throw inputError(
      'invalid-caller',
      `--from ${quote(from)} must be NAMESPACE/WORKLOAD, such as shop/web, or NAMESPACE/* for any workload of a namespace.`,
    );
  }
  return from.includes('/') ? from.split('/')[0] : undefined;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown;
}
