import { isScalar, visit, YAMLParseError, type Document } from 'yaml';

/**
 * The keys that are twice in one map, as errors of the library. Its own check (`uniqueKeys`) compares each key
 * with all before it: 90,000 keys took minutes. This one takes time in proportion to the file.
 */
export function repeatedKeys(document: Document): readonly YAMLParseError[] {
  const found: YAMLParseError[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const [start = 0, end = 0] = key.range ?? [];
          found.push(new YAMLParseError([start, end], 'DUPLICATE_KEY', 'Map keys must be unique'));
        }
        seen.add(key.value);
      }
    },
  });
  return found.sort((a, b) => a.pos[0] - b.pos[0]);
}
