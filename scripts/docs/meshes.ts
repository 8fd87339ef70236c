import { variants } from '../../src/meshes/found/variants.js';
import { wishes, type Granted, type MeshVariant, type Wish } from '../../src/model/mesh-variant.js';
import { escapePipes } from './commands.js';

/** docs/meshes.md: what is expressible where, from what each mesh says of itself. */
export function documentMeshes(found: readonly MeshVariant[] = variants): string {
  // Of each mesh, what takes the fewest settings first: its defaults.
  const all = [...found].sort(
    (a, b) =>
      (a.settings[0] ?? '').localeCompare(b.settings[0] ?? '') ||
      a.settings.length - b.settings.length,
  );
  const row = (cells: readonly string[]): string => `| ${cells.map(escapePipes).join(' | ')} |`;
  const rows = Object.entries(wishes).map(([wish, title]) =>
    row([title, ...all.map(({ grants }) => cell(grants[wish as Wish]))]),
  );
  return [
    '# Meshes',
    '',
    'One declaration, several meshes. What each can express of it, with the fields that generated manifests set;',
    'where it cannot be expressed, why not, and what holds instead. `new`, `update` and `explain` say the same of your',
    'service. It is made from `src/meshes/*/variants`, and a test compares it with what is generated.',
    '',
    "What is known of them was measured against Istio's own discovery code and a real Envoy (`test/envoy`), and for",
    'Linkerd read in its sources and measured earlier with a real proxy: the comparison of the generated policy with a',
    'running linkerd2-proxy has not been run here. A data plane of ambient has not been run either.',
    '',
    'The comparison is ready to run, on Linux with Go, `unshare`, `ip`, and `nft` or `iptables`:',
    '`LINKERD2_PROXY=/path/to/linkerd2-proxy npx vitest run --project envoy test/linkerd`. It sends the proxy what is',
    'encoded of each row of `test/fixtures/linkerd/measured.yaml` and compares tries, statuses and times with the row.',
    'So far only the parts around the proxy are tested: the control plane is asked over gRPC, and a stand-in is played',
    'in place of the proxy.',
    '',
    ...all.map(
      ({ title, settings }) =>
        `- **${title}**: ${settings.map((each) => `\`mesh-ready.${each.replace('=', ': ')}\``).join(', ')}`,
    ),
    '',
    row(['', ...all.map(({ title }) => title)]),
    `|${'---|'.repeat(all.length + 1)}`,
    ...rows,
    '',
  ].join('\n');
}

function cell(granted: Granted): string {
  if ('cannot' in granted) return `**–** ${granted.cannot} ${granted.instead}`;
  const fields = granted.fields.map((field) => `\`${inShort(field)}\``).join(', ');
  return granted.note === undefined ? fields : `${fields} (${granted.note})`;
}

/** `VirtualService spec.http[].timeout` is `VirtualService http[].timeout`, an annotation is its key. */
function inShort(field: string): string {
  return field.replace(/ spec\./, ' ').replace(/ (?:annotation|label) /, ' ');
}
