import { locate, targetOf, text } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { linkerdWorld } from '../written/annotated.js';
import { podsOfServer, portOfServer, portsOfPods, serversIn } from '../written/inbound.js';

export const l5dPortUndeclared: Rule = {
  code: 'L5D_PORT_UNDECLARED',
  severity: 'error',
  layer: 'mesh',
  title: 'A Server is for a port that no container declares.',
  reads: ['mesh/objects'],
  why: 'The proxy fetches policy ahead for the ports that containers declare (the injector lists them). One that is not declared serves its first request under the default policy: 200 first, 403 afterwards (measured). A Server that names a port selects nothing where no container has the name.',
  fix: 'The port among ports of the container.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return serversIn(world).flatMap((server) =>
      podsOfServer(server, world).flatMap((pods) => {
        const port = portOfServer(server, pods);
        const declared = portsOfPods(pods);
        // A number that is yet to be filled in may be the one.
        if (
          port !== undefined &&
          declared.some((one) => one.number === port || Number.isNaN(one.number))
        )
          return [];
        const written = text(server.port);
        if (written.value === '') return [];
        const place = locate(pods.spec);
        return [
          {
            target: targetOf(server.object),
            at: written.place,
            also: [place],
            message: `No container of ${targetOf(pods.object)} (${cite(place)}) declares port ${written.value}: ${port === undefined ? 'the Server selects nothing there' : 'the first request to it passes under the default policy'}.`,
            fix: `ports: [{ ${port === undefined ? `name: ${written.value}, containerPort: …` : `containerPort: ${port}`} }] on the container${declared.length === 0 ? '' : `; it has ${declared.map((one) => one.name || String(one.number)).join(', ')}`}.`,
          },
        ];
      }),
    );
  },
};
