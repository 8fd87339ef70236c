/** Where CI gets this tool from. Each names the bytes that run: by their sha512, or as a git commit. */
export type ToolSource =
  | {
      readonly kind: 'npm';
      readonly name: string;
      readonly version: string;
      readonly integrity: string;
    }
  | { readonly kind: 'tarball'; readonly url: string; readonly integrity: string }
  | { readonly kind: 'path'; readonly path: string; readonly integrity: string }
  | { readonly kind: 'git'; readonly url: string; readonly commit: string };

/** Where a repository keeps what `npm ci` installs the tool from. */
export const toolFolder = '.scaffold/tool';
