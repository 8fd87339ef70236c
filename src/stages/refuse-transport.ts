import { inputError } from '../model/errors.js';
import type { RawMethod, RawRequest } from '../model/request.js';
import { quote } from '../model/text.js';
import type { Transport } from '../transports/transport.js';
import {
  findScheme,
  transportNamed,
  transports,
  usualTransport,
} from '../transports/transports.js';

/**
 * What a declaration says of methods and ports must suit how the service, or its upstream, is called.
 *
 * @throws ToolError `invalid-request` (exit 2)
 */
export function refuseTransport({ service, upstreams }: RawRequest): void {
  const own = transportNamed(service.transport ?? usualTransport.id);
  refuseMethods(service.methods, { at: 'service.methods', transport: own, called: 'the service' });
  refuseHealthPort(service, own);
  refuseReflection(service, own);
  for (const { name, url, methods } of upstreams) {
    const transport = findScheme(/^[a-z]+/.exec(url)?.[0] ?? '')?.transport ?? usualTransport;
    const at = `upstreams.${name}.methods`;
    refuseMethods(methods, { at, transport, called: quote(url) });
    refusePath(name, url, transport);
  }
}

type Named = { readonly at: string; readonly transport: Transport; readonly called: string };

function refuseMethods(
  methods: readonly RawMethod[] | undefined,
  { at, transport: { id, methodName }, called }: Named,
): void {
  const [first] = methods ?? [];
  if (first === undefined) return;
  if (methodName === undefined) {
    throw inputError(
      'invalid-request',
      `${at} names ${quote(first.name)}, but ${called} is called by ${id}, whose methods are always the same.`,
      `Remove it from scaffold.yaml; methods are declared for ${naming()}.`,
    );
  }
  const wrong = methods?.find(({ name }) => !methodName.pattern.test(name));
  if (wrong === undefined) return;
  throw inputError(
    'invalid-request',
    `${at}: ${quote(wrong.name)} must be ${methodName.form}.`,
    suggestMethod(wrong.name, methodName.pattern),
  );
}

/** The slash at the beginning is what is forgotten most. */
function suggestMethod(name: string, pattern: RegExp): string {
  const guess = `/${name}`;
  return pattern.test(guess) ? `Did you mean ${guess}?` : '';
}

/** Transports whose methods have names of their own. */
function naming(): string {
  return transports
    .filter(({ methodName }) => methodName !== undefined)
    .map(({ id }) => id)
    .join(' and ');
}

/** Where methods have names, these are the whole path. */
function refusePath(upstream: string, url: string, { id, methodName }: Transport): void {
  const [origin = url, path = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/.exec(url)?.slice(1) ?? [];
  if (methodName === undefined || path === '') return;
  throw inputError(
    'invalid-request',
    `upstreams.${upstream}.url ${quote(url)}: a call by ${id} has no path but its method.`,
    `Write ${origin}.`,
  );
}

function refuseReflection(
  { reflection }: RawRequest['service'],
  { id, methodName }: Transport,
): void {
  if (reflection !== true || methodName !== undefined) return;
  throw inputError(
    'invalid-request',
    `service.reflection: a service that is called by ${id} has no contract that it could tell.`,
    'Remove service.reflection from scaffold.yaml.',
  );
}

function refuseHealthPort(
  { port, healthPort }: RawRequest['service'],
  { id, methodName }: Transport,
): void {
  if (healthPort === undefined) return;
  if (methodName === undefined) {
    throw inputError(
      'invalid-request',
      `service.healthPort ${healthPort}: a service that is called by ${id} answers probes at service.port.`,
      'Remove service.healthPort from scaffold.yaml.',
    );
  }
  if (healthPort === port) {
    throw inputError(
      'invalid-request',
      `service.healthPort ${healthPort} is service.port, which serves ${id} alone.`,
      'Choose another port, or remove it: probes then ask the service itself.',
    );
  }
}
