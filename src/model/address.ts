import type { Address } from './request.js';
import { parseHttpUrl } from './text.js';

const IN_CLUSTER = /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?$/;

/**
 * Where a URL leads, seen from inside a cluster. `name.namespace.svc[.domain]` is in the cluster,
 * any other name with a dot is outside.
 *
 * @returns undefined when the text is no usable URL
 */
export function addressOf(text: string): Address | undefined {
  const url = parseHttpUrl(text);
  if (url === undefined) return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const match = IN_CLUSTER.exec(url.hostname);
  const host =
    match !== null && url.hostname.endsWith('.svc')
      ? `${url.hostname}.cluster.local`
      : url.hostname;
  return {
    scheme,
    host,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
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
