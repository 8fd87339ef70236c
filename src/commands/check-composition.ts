import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { reaches } from '../model/finding.js';
import { plural } from '../model/text.js';
import type { Tree } from '../model/tree.js';
import type { Composed } from '../report/composed.js';
import { judgeFindings } from '../rules/judge-findings.js';

/**
 * Runs the composition rules over a tree that holds scaffold.yaml and its manifests. What scaffold.yaml accepts is
 * left out.
 */
export async function checkComposition(
  tree: Tree,
  catalog: Catalog,
  host: Host,
): Promise<Composed> {
  const began = host.now();
  const { checkTree } = await import('../project/check-tree.js');
  const { findings: all, accepted, ruleCount, notApplicable } = checkTree(tree, catalog);
  const findings = judgeFindings(all, { accepted, known: new Map(), today: host.today() }).filter(
    ({ verdict, severity }) => verdict === 'new' && reaches(severity, 'warning'),
  );
  const ran = ruleCount - notApplicable.length;
  const hasErrors = findings.some(({ severity }) => severity === 'error');
  return {
    findings,
    step: {
      name: 'layers compose',
      status: hasErrors ? 'failed' : 'passed',
      durationMs: host.now() - began,
      detail: `${plural(ran, 'rule')}, ${plural(findings.length, 'finding')}`,
      output: findings.map(({ code, message }) => `${code}: ${message}`).join('\n'),
      repeat: 'npx meshwright check',
    },
  };
}
