import { parseAllDocuments } from 'yaml';

import { closeSchema, type Schema } from './close-schema.js';
import { REPORTED } from './kubernetes-schemas.js';
import { shareSchemas } from './share-schemas.js';

type Definition = {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    /** Absent in files that define something else. */
    readonly versions?: readonly {
      readonly name: string;
      readonly schema: {
        readonly openAPIV3Schema: Schema & { properties: Record<string, Schema> };
      };
    }[];
  };
};

/**
 * One closed schema for each wanted `<group>/<version>/<kind>` of files of CRDs.
 * A CRD describes spec and status only, so the rest of a Kubernetes object is put around them.
 */
export function customSchemas(
  texts: readonly string[],
  wanted: readonly string[],
  objectMeta: Schema,
): Map<string, Schema> {
  const definitions = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as Partial<Definition> | null),
  );
  const schemas = new Map<string, Schema>();
  for (const definition of definitions) {
    const { spec } = definition ?? {};
    for (const version of spec?.versions ?? []) {
      const id = `${spec?.group ?? ''}/${version.name}/${spec?.names.kind ?? ''}`;
      if (!wanted.includes(id)) continue;
      const [group = '', name = '', kind = ''] = id.split('/');
      const { properties, required } = version.schema.openAPIV3Schema;
      schemas.set(
        id,
        shareSchemas({
          type: 'object',
          required: [
            'apiVersion',
            'kind',
            'metadata',
            ...((required as string[] | undefined) ?? []),
          ],
          properties: {
            apiVersion: { const: `${group}/${name}` },
            kind: { const: kind },
            metadata: objectMeta,
            spec: closeSchema(properties['spec'] ?? {}),
            status: REPORTED,
          },
          additionalProperties: false,
        }),
      );
    }
  }
  return schemas;
}
