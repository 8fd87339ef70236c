import { claimNames } from './claim-names.js';
import { claimValues } from './claim-values.js';
import { headersShown } from './headers-shown.js';
import type { Row } from './row.js';
import { segments } from './segments.js';
import { tokenHeaders } from './token-headers.js';

/** Every kind of token that services and sidecars must agree about, or differ for a reason. */
export const rows: readonly Row[] = [
  ...headersShown,
  ...segments,
  ...tokenHeaders,
  ...claimValues,
  ...claimNames,
];
