import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const meshes = join(root, 'src', 'meshes');

/** Kinds that only a mesh has, by their files: `virtual-service.ts` is VirtualService. */
function kindsOf(mesh) {
  const folder = join(meshes, mesh, 'kinds');
  return readdirSync(folder).map((file) =>
    file
      .slice(0, -'.ts'.length)
      .split('-')
      .map((part) => (/^(?:http|grpc)$/.test(part) ? part.toUpperCase() : capital(part)))
      .join(''),
  );
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const shared = kindsOf('kubernetes');
/** Words of everybody's language too: only alone or before a name are they the kind. */
const ordinary = ['Gateway', 'Server', 'Sidecar', 'Telemetry'];
const kinds = ['istio', 'linkerd', 'gateway-api']
  .flatMap(kindsOf)
  .filter((kind) => !shared.includes(kind) && !ordinary.includes(kind));
/** Names of fields that only one mesh has. As the whole of a text they are a key of what a flow holds. */
const fields =
  /\b(?:http2MaxRequests|http1MaxPendingRequests|maxEjectionPercent|minHealthPercent|baseEjectionTime|consecutive5xxErrors|consecutiveGatewayErrors|retryOn|outlierDetection|connectionPool|proxyStatsMatcher|defaultHttpRetryPolicy|forwardOriginalToken)\b|\battempts: ?(?:\d|$)/;
const key = /^\w+$/;
const words = new RegExp(`istio|envoy|linkerd|${[...new Set(kinds)].join('|')}`, 'i');
const alone = new RegExp(`^(?:${ordinary.join('|')})(?:/|$)`);
/** Codes of rules are public, and stay as they are. */
const code = /^[A-Z0-9]+(?:_[A-Z0-9]+)+$/;

function isOfAMesh(text) {
  return !code.test(text) && (words.test(text) || alone.test(text));
}

function isAField(text) {
  return fields.test(text) && !key.test(text);
}

/** False for a text in which none of the words is, not even in a comment. */
export function mayHoldMeshWords(text) {
  return words.test(text) || fields.test(text) || ordinary.some((word) => text.includes(word));
}

/** Names of a mesh, of its kinds and of its annotations, in identifiers, imports and texts. */
export const noMeshWords = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node, text, isText = true) => {
      if (!isOfAMesh(text) && !(isText && isAField(text))) return;
      const message = `Only src/meshes names a mesh, its kinds and annotations: ${JSON.stringify(text.slice(0, 60))}.`;
      context.report({ node, message });
    };
    return {
      Identifier: (node) => check(node, node.name, false),
      Literal: (node) => {
        if (typeof node.value === 'string') check(node, node.value);
      },
      TemplateElement: (node) => check(node, node.value.cooked ?? ''),
    };
  },
};
