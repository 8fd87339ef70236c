/** One `tool` section of scaffold.yaml for each way in which CI can get the tool, and none. */
const integrity = `sha512-${'Ab0+/'.repeat(17)}A==`;

export const toolSources: Readonly<Record<string, string>> = {
  none: '',
  npm: `tool: { source: { npm: meshwright, version: 0.2.0, integrity: "${integrity}" } }`,
  mirror: `tool: { source: { npm: "@acme/meshwright", version: 0.2.0-rc.1, integrity: "${integrity}" } }`,
  tarball: `tool: { source: { tarball: "https://files.example.com/a/meshwright-0.2.0.tgz?x=1&y=%20", integrity: "${integrity}" } }`,
  path: `tool: { source: { path: tools/meshwright-0.2.0.tgz, integrity: "${integrity}" } }`,
  git: `tool: { source: { git: "https://git.example.com/tools/meshwright.git", commit: ${'0123456789abcdef'.repeat(3).slice(0, 40)} } }`,
};
