import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

/** The host of the upstream that was called, in the namespace of its callers. */
export const HOST = 'inventory.shop.svc.cluster.local';

const rowSchema = z.strictObject({
  situation: z.string(),
  because: z.string().optional(),
  service: z.record(z.string(), z.string()).optional(),
  profile: z.string().optional(),
  plays: z.strictObject({ method: z.string(), failure: z.string() }).optional(),
  tries: z.number().optional(),
  /** The least and the most of each pause, ms. */
  pauses: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** When the second try begins, ms. */
  second: z.tuple([z.number(), z.number()]).optional(),
  after: z.union([z.number(), z.literal('never')]).optional(),
  sees: z.string().optional(),
  never: z.string().optional(),
});

/** One row of what a real linkerd2-proxy did. */
export type MeasuredRow = z.infer<typeof rowSchema>;

/** The rows of test/fixtures/linkerd/measured.yaml. */
export function measuredRows(): readonly MeasuredRow[] {
  const file = new URL('../../fixtures/linkerd/measured.yaml', import.meta.url);
  return z.array(rowSchema).parse(parse(readFileSync(file, 'utf8')));
}

/** The objects that a row is about: a Service with its annotations, and the ServiceProfile that it may have. */
export function objectsOf({
  service = {},
  profile,
}: Pick<MeasuredRow, 'service' | 'profile'>): readonly object[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', annotations: { 'linkerd.io/inject': 'enabled' } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'inventory', namespace: 'shop', annotations: service },
      spec: { selector: { app: 'inventory' }, ports: [{ name: 'http', port: 8080 }] },
    },
    ...(profile === undefined
      ? []
      : [
          {
            apiVersion: 'linkerd.io/v1alpha2',
            kind: 'ServiceProfile',
            metadata: { name: HOST, namespace: 'shop' },
            spec: parse(profile) as unknown,
          },
        ]),
  ];
}
