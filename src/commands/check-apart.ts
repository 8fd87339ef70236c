import { interrupted } from '../io/changed.js';
import { openHost, type Host } from '../io/host.js';
import { countProcessors } from '../io/processors.js';
import { answerInThread, askThread } from '../io/threads.js';
import { callsOf } from '../flow/composition.js';
import { withFunctions, withoutFunctions, type PlainCalls } from '../flow/plain-calls.js';
import type { CheckedAlone } from '../project/check-services.js';
import { compose } from '../project/compose.js';
import { checkPart, type CheckedPart, type PartFlags } from './check-part.js';

/** A thread must load what this one has loaded: it takes as long as some twenty services. */
const MIN_PATHS = 50;
const TASK = 'check';

type Question = {
  readonly paths: readonly string[];
  readonly flags: PartFlags;
  readonly env: Host['env'];
  readonly cwd: string;
};
type Answer = Omit<CheckedPart, 'checked'> & {
  readonly checked: readonly (Omit<CheckedAlone, 'calls'> & { readonly calls: PlainCalls })[];
};

/**
 * Reads and checks a fleet, a part of it on each processor.
 *
 * @returns undefined where that would take longer than to do all of it here
 * @throws ToolError as `readFolder`
 */
export async function checkApart(
  paths: readonly string[],
  { env, allowRemote, exclude, deployable }: PartFlags,
  host: Host,
): Promise<CheckedPart | undefined> {
  const count = Math.min(countProcessors(), Math.floor(paths.length / MIN_PATHS));
  // In the sources this is TypeScript, which a thread does not read.
  const { pathname } = new URL(import.meta.url);
  if (count < 2 || !pathname.endsWith('.cjs')) return undefined;
  const flags: PartFlags = { env, allowRemote, exclude, deployable };
  const ended = new AbortController();
  const signal = AbortSignal.any([host.signal, ended.signal]);
  const [own = [], ...others] = divide(paths, count);
  try {
    const asked = others.map(async (part) => {
      const question: Question = { paths: part, flags, env: host.env, cwd: host.cwd };
      const module = new URL(import.meta.url);
      return await askThread(module, { task: TASK, question }, signal);
    });
    const parts = [await checkPart(own, flags, host)];
    for (const [index, one] of asked.entries()) {
      const answer = (await one) as Answer | undefined;
      if (host.signal.aborted) throw interrupted();
      // Where a thread fails, an error is to be what it is without threads.
      parts.push(
        answer === undefined
          ? await checkPart(others[index] ?? [], flags, host)
          : { folders: answer.folders, checked: answer.checked.map(asChecked) },
      );
    }
    return {
      folders: parts.flatMap(({ folders }) => folders),
      checked: parts.flatMap(({ checked }) => checked),
    };
  } finally {
    ended.abort();
  }
}

function divide<T>(all: readonly T[], count: number): readonly (readonly T[])[] {
  const size = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}

function asChecked({ calls, ...checked }: Answer['checked'][number]): CheckedAlone {
  return { ...checked, calls: withFunctions(calls, callsOf(compose([]))) };
}

answerInThread(TASK, async (question): Promise<Answer> => {
  const { paths, flags, env, cwd } = question as Question;
  const host = { ...openHost(new AbortController().signal), env, cwd };
  const { folders, checked } = await checkPart(paths, flags, host);
  return {
    folders,
    checked: checked.map(({ calls, ...one }) => ({ ...one, calls: withoutFunctions(calls) })),
  };
});
