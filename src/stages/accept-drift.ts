import type { DriftAcceptance, DriftedFile } from '../model/drift.js';

/**
 * Marks the differences that scaffold.yaml accepts. Only what people did can be intended: a template that
 * moved on, or a scaffold.yaml that is not applied, still counts.
 *
 * @param today `2026-11-22`; an acceptance whose date lies before it has expired
 */
export function acceptDrift(
  files: readonly DriftedFile[],
  accepted: readonly DriftAcceptance[],
  today: string,
): readonly DriftedFile[] {
  return files.map((file) => {
    if (file.status !== 'modified' && file.status !== 'missing') return file;
    const acceptance = accepted.find(
      ({ path, until }) => path === file.path && (until === undefined || until >= today),
    );
    return acceptance === undefined ? file : { ...file, accepted: acceptance };
  });
}
