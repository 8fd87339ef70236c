import {
  down,
  exists,
  itemsOf,
  locate,
  number,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';
import { isUnresolved } from '../../../flow/selection.js';
import { podsOf } from '../../kubernetes/written/pods.js';
import { linkerdWorld } from '../written/annotated.js';
import { portsOfPods } from '../written/inbound.js';
import { OPAQUE_PORTS, portSet } from '../written/services.js';

/** Ports that are opaque where no annotation lists any. */
const DEFAULTS = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];

export const l5dOpaquePortsReplace: Rule = {
  code: 'L5D_OPAQUE_PORTS_REPLACE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A list of opaque ports takes the place of the default one.',
  reads: ['mesh/objects'],
  why: 'config.linkerd.io/opaque-ports replaces 25, 587, 3306, 4444, 5432, 6379, 9300 and 11211: a port of these that is not listed is detected, which costs protocols in which the server speaks first up to 10 s a connection (charts, values.yaml; features/protocol-detection).',
  fix: 'The default ports that are used in the list, too.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return [
      ...podsOf(world).flatMap((pods) =>
        checkList(
          pods.object,
          down(pods.annotations, OPAQUE_PORTS),
          portsOfPods(pods).map((port) => port.number),
        ),
      ),
      ...world.ofKind('', 'Service').flatMap((service) =>
        checkList(
          service,
          down(service, 'metadata', 'annotations', OPAQUE_PORTS),
          itemsOf(down(service, 'spec', 'ports')).map(
            (port) => number(down(port, 'port'), 0).value,
          ),
        ),
      ),
    ];
  },
};

/** @param used ports that are really there: what else is lost is lost on nothing */
function checkList(object: Cursor, at: Cursor, used: readonly number[]): Report[] {
  if (!exists(at)) return [];
  const list = text(at);
  if (isUnresolved(list.value)) return [];
  const covers = portSet(list.value);
  const lost = used.filter((port) => DEFAULTS.includes(port) && !covers(port));
  if (lost.length === 0) return [];
  const wanted = [list.value, ...lost].filter((part) => part !== '').join(',');
  return [
    {
      target: targetOf(object),
      at: locate(at),
      message: `opaque-ports ${list.value} replaces the default list: port ${lost.join(', ')} is no longer opaque.`,
      fix: `${OPAQUE_PORTS}: "${wanted}"`,
      edits: setValue(list, wanted),
    },
  ];
}
