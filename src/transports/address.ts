import type { Address } from '../model/request.js';
import { parseUrl } from '../model/text.js';
import { findScheme } from './transports.js';

const IN_CLUSTER = /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?$/;

/**
 * Where a URL leads, seen from inside a cluster. `name.namespace.svc[.domain]` is in the cluster,
 * any other name with a dot is outside.
 *
 * @returns undefined when the text is no usable URL, or its scheme is that of no transport
 */
export function addressOf(text: string): Address | undefined {
  const name = /^([a-z][a-z\d]*):/.exec(text)?.[1] ?? '';
  const scheme = findScheme(name);
  const url = scheme === undefined ? undefined : parseUrl(text, name);
  if (scheme === undefined || url === undefined) return undefined;
  const { hostname } = url;
  const port = /^[^/]+:\/\/[^/]*:(\d+)(?:\/|$)/.exec(text)?.[1];
  const match = IN_CLUSTER.exec(hostname);
  const host = match !== null && hostname.endsWith('.svc') ? `${hostname}.cluster.local` : hostname;
  return {
    scheme: name,
    isOpaque: scheme.isOpaque,
    host,
    port: port === undefined ? scheme.port : Number(port),
    namespace: match?.[1] ?? '',
    external: match === null,
  };
}

/** `; did you mean http://stock.shop.svc:81?`, the tail of a message about a URL that lacks only its scheme. */
export function suggestScheme(text: string): string {
  const address = addressOf(`http://${text}`);
  if (address === undefined || findHostProblem(address.host) !== undefined) return '';
  return `; did you mean http://${text}?`;
}

/** Why a mesh cannot route to this host, or undefined when it can. */
export function findHostProblem(host: string): string | undefined {
  if (/^[\d.]+$/.test(host)) return 'an IP address has no name that a policy could match';
  if (host === 'localhost') return 'localhost is the pod itself';
  if (!host.includes('.')) return 'a short name means another service in every namespace';
  return undefined;
}
