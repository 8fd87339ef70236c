/** What a text is that holds no manifest, and what to do about it. */
export type Content = {
  /** A noun, for after "this is" and "it holds". */
  readonly what: string;
  /** One sentence; empty when there is nothing particular to do. */
  readonly hint: string;
};

const GET_YAML = 'Print whole objects: kubectl get … -o yaml';

/** In the order in which they are tried. */
const CONTENTS: readonly (Content & { readonly pattern: RegExp })[] = [
  { pattern: /^\s*$/, what: 'nothing at all', hint: '' },
  {
    pattern: /^version https:\/\/git-lfs\.github\.com\/spec\//,
    what: 'a Git LFS pointer',
    hint: 'Fetch what it points to: git lfs pull',
  },
  {
    pattern: /^(?:<{7}|>{7}) .*$/m,
    what: 'an unresolved merge conflict',
    hint: 'Resolve it, then run again.',
  },
  {
    pattern: /^(?:NAMESPACE +)?NAME(?: {2,}[A-Z][A-Z() -]*)+ *$/m,
    what: 'the table that kubectl prints for people',
    hint: GET_YAML,
  },
  {
    pattern: /^No resources found/m,
    what: 'the words "No resources found"',
    hint: 'Name the namespace, or all of them with -A: kubectl get … -A -o yaml',
  },
  {
    pattern: /^(?:Error from server|error:|Error:|The connection to the server|Unable to connect)/m,
    what: 'an error message',
    hint: 'See why the command before it failed; what it prints must be manifests.',
  },
  {
    pattern: /^Name: {2,}\S.*\n(?:.*\n)*?(?:Namespace|Labels|Annotations): /,
    what: 'the description that kubectl describe prints for people',
    hint: GET_YAML,
  },
  { pattern: /^\s*<(?:!doctype|html|\?xml)/i, what: 'a page of HTML or XML', hint: '' },
  {
    pattern: /\{\{/,
    what: 'a Go template',
    hint: 'Render it first: helm template … | npx meshwright check -',
  },
];

/** What a text seems to be in which no Kubernetes object was found. */
export function describeContent(text: string): Content {
  return recognizeContent(text) ?? { what: 'text', hint: '' };
}

/** @returns undefined for what could be anything */
export function recognizeContent(text: string): Content | undefined {
  return CONTENTS.find(({ pattern }) => pattern.test(text.slice(0, 65_536)));
}
