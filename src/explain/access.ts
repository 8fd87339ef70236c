import type { Composition } from '../flow/composition.js';

/** What a caller of the service gets for a token, and from which layer. */
export type AccessRow = {
  readonly token: string;
  readonly answer: string;
  readonly by: 'sidecar' | 'proxy' | 'application' | '';
};

/** Who refuses which token, where either layer looks at tokens. The sidecar comes first. */
export function accessOf(composition: Composition): readonly AccessRow[] {
  const { unauthenticated, forbidden } = composition.transport;
  const app = composition.all('app/authentication')[0];
  const mesh = composition.all('mesh/authentication')[0];
  if (mesh === undefined && app === undefined) return [];
  const asApplication = (token: string, answer: string): AccessRow => ({
    token,
    answer,
    by: 'application',
  });
  if (mesh === undefined) {
    return [
      asApplication('missing', unauthenticated),
      asApplication('invalid or expired', unauthenticated),
      asApplication('of another audience', unauthenticated),
    ];
  }
  // What is bound to the Service is carried out by a proxy before all of its pods.
  const proxy = mesh.values.hasTargetRefs ? 'proxy' : 'sidecar';
  const isRequired = composition.meshes.requiresToken(mesh);
  const leeway = app?.values.leeway.value;
  return [
    isRequired
      ? {
          token: 'missing',
          answer: `${forbidden}, not ${unauthenticated}`,
          by: proxy,
        }
      : {
          token: 'missing',
          answer: app === undefined ? 'passes' : unauthenticated,
          by: by(app),
        },
    { token: 'invalid, or of another issuer', answer: unauthenticated, by: proxy },
    mesh.values.audiences.value.length === 0
      ? {
          token: 'of another audience',
          answer: app === undefined ? 'passes' : unauthenticated,
          by: by(app),
        }
      : {
          token: 'of another audience',
          answer: `${forbidden}, not ${unauthenticated}`,
          by: proxy,
        },
    {
      token: 'expired for less than 60 s',
      answer:
        leeway === undefined
          ? 'passes'
          : leeway >= 60_000
            ? 'passes both layers'
            : `passes the ${proxy}; ${unauthenticated} after ${leeway / 1_000} s`,
      by: leeway === undefined || leeway >= 60_000 ? '' : 'application',
    },
  ];
}

function by(app: unknown): AccessRow['by'] {
  return app === undefined ? '' : 'application';
}
