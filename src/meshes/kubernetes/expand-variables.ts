/**
 * What Kubernetes makes of the `value` of a container's variable: `$(NAME)` is the variable of that name, when
 * one of those above has it, and `$$` is `$`.
 */
export function expandVariables(
  value: string,
  valueOf: (name: string) => string | undefined,
): string {
  return value.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) =>
    name === undefined ? '$' : (valueOf(name) ?? reference),
  );
}
