import { quote } from '../../../model/text.js';
import type { Problem, ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

const BYTE = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);
/** Its groups are not counted: what has only these letters and a colon is meant as one. */
const V6 = /^(?=.*:)[\da-f:.]+$/i;

export function isAddress(text: string): boolean {
  return V4.test(text) || V6.test(text);
}

/** An address, or a range of them: `10.0.0.0/8`. */
export function* checkAddress(at: ValuePath, text: string): Generator<Problem> {
  const [address = '', bits, ...rest] = text.split('/');
  const most = V4.test(address) ? 32 : 128;
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (!isAddress(address) || !isRange || rest.length > 0)
    yield problem(at, `${quote(text)} is no address and no range of addresses.`);
}
