/**
 * Files below src/ that still name a mesh, its kinds or its annotations. The list may only get shorter;
 * test/contracts/mesh-words.test.ts compares it with what there is.
 */
export const exceptions = [
  'report/explain/text.ts',
  'report/page/section.ts',
  'rules/composition/cb-below-concurrency.ts',
  'rules/composition/no-timeout.ts',
  'rules/composition/retry-amplified.ts',
  'rules/composition/retry-depth.ts',
];
