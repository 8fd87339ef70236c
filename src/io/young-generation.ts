import { setFlagsFromString } from 'node:v8';

/**
 * Keeps what V8 reserves for new objects as small as it is now. V8 doubles it while much of what is new survives, as
 * all does that is read from manifests, up to 48 MB a thread, and the collections are none the faster for it.
 *
 * Changing a flag makes V8 refuse compiled code that was kept under the others: call it late, and only for much text.
 *
 * Of the flags of V8 about memory, this is one that it reads whenever it grows, so that it counts after the start, too.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
