import type { Host } from '../io/host.js';
import { showProgress } from '../io/progress.js';
import { nameTool } from '../model/started-as.js';
import type { Verification } from '../model/verification.js';
import { formatFailure, formatRunning, formatStep } from '../report/progress.js';
import { createStyle } from '../report/style.js';
import type { VerifyRequest } from '../verify/toolchain.js';
import { verifyProject } from '../verify/runner.js';

/** Verifies a project and shows each step on stderr. */
export async function verifyWithProgress(
  { root, race, settle }: Pick<VerifyRequest, 'root' | 'race' | 'settle'>,
  host: Host,
): Promise<Verification> {
  const { stderr, env, signal, tool } = host;
  const style = createStyle(stderr);
  const progress = showProgress(
    stderr,
    {
      ended: ({ step }) => {
        const failed = { ...step, repeat: nameTool(step.repeat, tool) };
        return `${formatStep(step, style, stderr.columns())}\n${step.status === 'failed' ? formatFailure(failed, style) : ''}`;
      },
      running: (steps, frame) => formatRunning(steps, frame, { style, columns: stderr.columns() }),
    },
    env,
  );
  try {
    return await verifyProject({ root, race, settle, env, signal, onEvent: progress.tell });
  } finally {
    progress.end();
    stderr.write('\n');
  }
}
