/** What a tool fills in before the API server sees it: `${REPLICAS}`, `{{ .Values.replicas }}`, `$(REPLICAS)`. */
const UNRESOLVED = /\$\{|\{\{|\$\(/;

/** Whether a value is yet to be filled in, and so unknown. */
export function isUnresolved(value: unknown): boolean {
  return typeof value === 'string' && UNRESOLVED.test(value);
}

const VARIABLE = /\$\{[^{}\n]*\}|\{\{[^\n]*?\}\}/g;
/** What means something to YAML, and what stands for it meanwhile. */
const SPECIAL = '{}[]:,#';
const FIRST_MASK = 0xe000;
const MASKED = /[\ue000-\ue006]/g;

/**
 * Variables that are not filled in yet, each as a word that YAML takes as it is, of the same length.
 *
 * @returns undefined when there are none
 */
export function maskVariables(text: string): string | undefined {
  if (!/\$\{|\{\{/.test(text) || text.search(MASKED) !== -1) return undefined;
  return text.replace(VARIABLE, (variable) =>
    variable.replace(/[{}[\]:,#]/g, (special) =>
      String.fromCharCode(FIRST_MASK + SPECIAL.indexOf(special)),
    ),
  );
}

/** The text as it was. */
export function unmaskVariables(text: string): string {
  return text.replace(MASKED, (mask) => SPECIAL[mask.charCodeAt(0) - FIRST_MASK] ?? mask);
}
