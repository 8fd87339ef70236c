type Variables = Readonly<Record<string, string | undefined>>;

/** What of the OTEL_ variables the SDK would read in a way that other languages do not. */
export type TelemetryVariables = {
  /** What OTEL_RESOURCE_ATTRIBUTES says of the service. */
  readonly resource: Readonly<Record<string, string>>;
  /** OTEL_PROPAGATORS names a format of traces that the SDK knows. */
  readonly namesPropagators: boolean;
  /** What is left out: a typing error of the platform must not end a service. */
  readonly notUsed: readonly { readonly variable: string; readonly error: string }[];
};

const propagators = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'none'];

export function readVariables(variables: Variables): TelemetryVariables {
  const { attributes, errors } = parseAttributes(variables.OTEL_RESOURCE_ATTRIBUTES ?? '');
  const named = (variables.OTEL_PROPAGATORS ?? '').split(',').map((name) => name.trim());
  const unknown = named.filter((name) => name !== '' && !propagators.includes(name));
  return {
    resource: attributes,
    namesPropagators: named.some((name) => propagators.includes(name)),
    notUsed: [
      ...errors.map((error) => ({ variable: 'OTEL_RESOURCE_ATTRIBUTES', error })),
      ...unknown.map((name) => ({
        variable: 'OTEL_PROPAGATORS',
        error: `${JSON.stringify(name)} is not one of ${propagators.join(', ')}`,
      })),
    ],
  };
}

/** The SDK would drop all pairs for a mistake in one of them, and takes `a=b=c` for one. */
function parseAttributes(text: string) {
  const attributes: Record<string, string> = {};
  const errors: string[] = [];
  for (const pair of text === '' ? [] : text.split(',')) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, at)).trim();
    if (key === '') {
      errors.push(`${JSON.stringify(pair)} is not key=value`);
      continue;
    }
    const value = pair.slice(at + 1).trim();
    const decoded = decode(value);
    if (decoded === undefined) errors.push(`${JSON.stringify(value)} is not percent-encoded`);
    attributes[key] = decoded ?? value;
  }
  return { attributes, errors };
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
