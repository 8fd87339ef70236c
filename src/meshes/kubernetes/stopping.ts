import type { Value } from '../../model/control.js';
import type { PodValues } from '../../model/workload-control.js';
import {
  down,
  eachText,
  exists,
  itemsOf,
  locate,
  number,
  text,
  type Cursor,
} from '../../manifests/cursor.js';

/** Words by which frameworks and proxies name the time for which they go on after the signal. */
const DRAINING =
  /drain|lame.?duck|pre.?stop|(?:shut.?down|terminat\w*|grace\w*).*(?:delay|wait|sleep|period|timeout|duration|seconds)/i;

/** A number of seconds, in ms. */
export function seconds(cursor: Cursor, absent: number): Value<number> {
  const read = number(cursor, absent);
  return { ...read, value: read.value * 1_000 };
}

/**
 * The pause before the signal: of the application's container, or of another of the pod, where it has none:
 * which of several is the application no manifest says.
 */
function readPreStop(
  app: Cursor,
  containers: readonly Cursor[],
): Pick<PodValues, 'preStop' | 'hasOpaqueHook'> {
  const own = readHook(app);
  if (own.preStop.basis === 'written') return own;
  return containers.map(readHook).find(({ preStop }) => preStop.basis === 'written') ?? own;
}

/** The same, where something that completes pods may add hooks: for how long they pause is then not known. */
export function readHooks(
  app: Cursor,
  containers: readonly Cursor[],
  mayBeAdded: boolean,
): Pick<PodValues, 'preStop' | 'hasOpaqueHook'> {
  const read = readPreStop(app, containers);
  return { ...read, hasOpaqueHook: read.hasOpaqueHook || mayBeAdded };
}

/** `sleep`, or the first number of an `exec` that sleeps. */
function readHook(container: Cursor): Pick<PodValues, 'preStop' | 'hasOpaqueHook'> {
  const preStop = down(container, 'lifecycle', 'preStop');
  const sleep = down(preStop, 'sleep', 'seconds');
  if (exists(sleep)) return { preStop: seconds(sleep, 0), hasOpaqueHook: false };
  const command = itemsOf(down(preStop, 'exec', 'command')).map((item) => text(item).value);
  const paused = /\bsleep\s+(\d+(?:\.\d+)?)/.exec(command.join(' '))?.[1];
  const basis = exists(preStop) ? 'written' : 'default';
  return {
    preStop: { value: Number(paused ?? 0) * 1_000, basis, place: locate(preStop) },
    hasOpaqueHook: basis === 'written' && paused === undefined,
  };
}

/** True when an argument or a variable speaks of draining: nobody can tell for how long the process goes on. */
export function mayDrain(
  containers: readonly Cursor[],
  variables: ReadonlyMap<string, Value<string>>,
): boolean {
  const isSet = ([name, { value }]: [string, Value<string>]) =>
    DRAINING.test(name) && !/^(?:0\w*|false|)$/i.test(value);
  return (
    [...variables].some(isSet) ||
    containers.some((container) =>
      ['command', 'args'].some((key) =>
        eachText(down(container, key)).some(({ value }) => DRAINING.test(value)),
      ),
    )
  );
}

/** True when a container asks the proxy to end, or wraps the work in something that does. */
export function endsProxy(template: Cursor): boolean {
  return itemsOf(down(template, 'spec', 'containers')).some((container) =>
    [
      text(down(container, 'image')).value,
      ...['command', 'args'].flatMap((key) =>
        eachText(down(container, key)).map(({ value }) => value),
      ),
      ...itemsOf(down(container, 'env')).map((entry) => text(down(entry, 'name')).value),
    ].some((word) => /quitquitquit|pilot-agent|scuttle|ENVOY_ADMIN_API/.test(word)),
  );
}
