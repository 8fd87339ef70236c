import { givenControls, type GivenApplication } from '../application/given-application.js';
import { selectorOf } from '../flow/selector.js';
import { carriedTo, type Carried } from '../flow/carried.js';
import type { Caller } from '../flow/find-caller.js';
import type { Composition } from '../flow/composition.js';
import type { Flow } from '../flow/flow.js';
import { knownHosts } from '../flow/known-hosts.js';
import { serviceOf } from '../flow/workloads.js';
import type { Host } from '../io/host.js';
import type { LocatedObject } from '../manifests/node.js';
import { inputError } from '../model/errors.js';
import { plural, quote } from '../model/text.js';
import { compose, composeCall } from '../project/compose.js';
import {
  applyObjects,
  deploymentsOf,
  readObjects,
  type AppliedObjects,
  type RepeatedObject,
} from '../project/read-objects.js';
import { pathFrom } from '../report/check/report.js';
import type { Unread } from '../report/unread.js';
import {
  namespaceInCaller,
  namespaceInHost,
  parseHost,
  requireCaller,
  requireHost,
} from './host-argument.js';
import type { Folder } from './read-folder.js';

export type HostFlags = {
  /** `NAMESPACE/WORKLOAD` */
  readonly from?: string | undefined;
  readonly env?: string | undefined;
  readonly application: GivenApplication;
};

/** The calls of a workload to one host, by manifests and by what is known of the application. */
export type HostCalls = {
  readonly host: string;
  readonly caller: Caller;
  /** From a sidecar, and from gateways where no caller was named. */
  readonly flows: readonly [Flow, ...Flow[]];
  readonly carried: Carried;
  readonly composition: Composition;
  readonly repeated: readonly RepeatedObject[];
  /** What the result rests on and no manifest says. */
  readonly assumptions: readonly string[];
  readonly unread: Unread;
};

/** @throws ToolError exit 2: a host or a workload that no manifest has or that can be several, nothing to read */
export function readHostCalls(
  target: string,
  { folders, flags }: { readonly folders: readonly Folder[]; readonly flags: HostFlags },
  host: Host,
): HostCalls {
  const { name, port } = parseHost(target);
  const ofCaller = namespaceInCaller(flags.from);
  const catalog = host.loadCatalog();
  const sources = folders.map(({ path, files, built, charts }) => ({
    files,
    built,
    charts,
    environment: flags.env,
    rename: (file: string) => pathFrom(path, file),
  }));
  requireOneDeployment(
    name,
    sources.flatMap((source) =>
      deploymentsOf(
        source,
        { name: name.split('.')[0] ?? name, namespace: namespaceInHost(name) },
        catalog,
      ),
    ),
  );
  const read = sources.map((source) => readObjects(source, catalog));
  const objects = read.flatMap((one) => one.objects);
  if (objects.length === 0) throw nothingRead(folders);
  const { applied, namespace } = placeObjects(objects, { name, ofCaller });
  const all = selectorOf(applied.controls);
  const called = requireHost(name, ofCaller, all);
  const caller = requireCaller(flags.from, called, all);
  const ports = serviceOf(called, all)?.values.ports ?? [];
  const reached = port ?? (ports.length === 1 ? ports[0]?.number : undefined);
  const app = givenControls(flags.application, {
    host: called,
    port: reached,
    namespace: caller.namespace ?? '',
  });
  const composition = compose([...app, ...applied.controls]);
  const place = composition.all('mesh/service')[0]?.place ?? { file: '', line: 1, column: 1 };
  const flow = composeCall({ host: called, port: reached, consumer: caller, place }, composition);
  const atGateways = composition.flows
    .filter(
      ({ through, host: of }) => through === 'gateway' && of === called && flags.from === undefined,
    )
    .map((one) => ({ ...one, port: one.port ?? reached }));
  const flows = [flow, ...atGateways] as const;
  const carried = carriedTo(called, reached, all);
  const unnamed = objects.filter((object) => object.name.namespace === '').length;
  return {
    host: called,
    caller,
    flows,
    carried,
    composition: { ...composition, flows },
    repeated: applied.repeated,
    assumptions: [
      ...(unnamed === 0
        ? []
        : [
            `${plural(unnamed, 'object')} without a namespace ${unnamed === 1 ? 'is' : 'are'} read as in ${quote(namespace)}.`,
          ]),
      ...sidecarAssumption(caller, composition),
      ...(carried.as === 'guessed'
        ? [
            `No manifest says what ${reached === undefined ? 'the port' : `port ${reached}`} speaks: HTTP is assumed, and a proxy guesses it from the first bytes.`,
          ]
        : []),
    ],
    unread: {
      problems: [
        ...folders.flatMap(({ path, problems }) =>
          problems.map((problem) => ({ ...problem, file: pathFrom(path, problem.file) })),
        ),
        ...read.flatMap(({ problems }) => problems),
      ],
      notes: folders.flatMap(({ path, notes }) =>
        notes.map((note) => ({ ...note, file: pathFrom(path, note.file) })),
      ),
    },
  };
}

/** Overlays and charts are not applied together: one of them is meant. */
function requireOneDeployment(host: string, deployments: readonly string[]): void {
  const [first, ...others] = deployments;
  if (first === undefined || others.length === 0) return;
  throw inputError(
    'ambiguous-host',
    `${quote(host)} is in ${deployments.length} kustomizations or charts, each deployed by itself: ${deployments.join(', ')}.`,
    `Name one of them: npx meshwright explain ${host} ${first}`,
  );
}

/** What is taken for granted of the proxy beside the caller. */
function sidecarAssumption(
  { workload, title }: Caller,
  { meshes }: Composition,
): readonly string[] {
  if (workload === undefined) return ["The caller's pods are taken to have a sidecar."];
  const { isInjected, isLeftOut, isAmbient } = workload.values;
  const hasProxy = meshes.hasProxy(workload);
  if (hasProxy === true) return [];
  if (isLeftOut || hasProxy === false)
    return [
      `By its manifest ${title} has no sidecar: nothing at the caller acts on its calls, and what follows does not hold for them.`,
    ];
  if (isAmbient)
    return [
      `${title} is in ambient mode: what follows holds where a waypoint serves the host; without one nothing is repeated or timed.`,
    ];
  return isInjected ? [] : [`${title} is taken to have a sidecar; no manifest says so.`];
}

/** Puts objects without a namespace where the host, or else the caller, says that they are. */
function placeObjects(
  objects: readonly LocatedObject[],
  { name, ofCaller }: { readonly name: string; readonly ofCaller: string | undefined },
): { readonly applied: AppliedObjects; readonly namespace: string } {
  const first = ofCaller ?? 'default';
  const applied = applyObjects(objects, first);
  const named = namespaceInHost(name);
  // A host outside the cluster, such as example.com, holds no namespace.
  const isOutside = knownHosts(selectorOf(applied.controls)).some(({ host }) => host === name);
  if (named === undefined || named === first || isOutside) return { applied, namespace: first };
  return { applied: applyObjects(objects, named), namespace: named };
}

function nothingRead(folders: readonly Folder[]) {
  const paths = folders.map(({ path }) => (path === '-' ? 'standard input' : quote(path)));
  return inputError(
    'nothing-to-explain',
    `there is no Kubernetes object in ${paths.join(', ')}.`,
    'Name a folder or a file of manifests, or - for standard input.',
  );
}
