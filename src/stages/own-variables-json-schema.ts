import { variableTypes } from '../model/own-variable.js';
import { NAME } from './own-variables.js';
import { object, type JsonSchema } from './setting-json-schema.js';

const value = { type: ['string', 'number', 'boolean'] };
const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

/** `service.variables`: what its own code reads from the environment. */
export function ownVariablesJsonSchema(): JsonSchema {
  const key = text('Key of the value there.');
  return {
    description:
      "Environment variables of the service's own code: they reach its configuration, the Deployment and the README.",
    type: 'array',
    items: object(
      {
        name: {
          type: 'string',
          pattern: NAME.source,
          description: 'Such as PAGE_SIZE.',
        },
        type: {
          enum: [...variableTypes],
          default: 'text',
          description: 'What its text is read as; another text ends the service at its start.',
        },
        default: {
          ...value,
          description: 'Value when the environment does not set it. Without one it must be set.',
        },
        from: {
          description:
            'Where Kubernetes takes it from: { secret: NAME, key: KEY } or { configMap: NAME, key: KEY }.',
          anyOf: [
            object({ secret: text('Name of the Secret.'), key }, ['secret', 'key']),
            object({ configMap: text('Name of the ConfigMap.'), key }, ['configMap', 'key']),
          ],
        },
        doc: text('What it is for.'),
      },
      ['name', 'doc'],
    ),
  };
}

/** What an environment sets. */
export const ownValuesJsonSchema: JsonSchema = {
  description: 'Values of service.variables in this environment, by name.',
  type: 'object',
  additionalProperties: value,
};
