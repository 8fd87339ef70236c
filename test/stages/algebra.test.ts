import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { composeRequest } from '../../src/stages/compose-request.js';
import { composeTree } from '../../src/stages/compose-service.js';
import {
  addCapabilities,
  addUpstream,
  removeCapabilities,
  removeUpstream,
} from '../../src/stages/edit-request.js';
import {
  compose,
  createRepo,
  driftOf,
  editRepo,
  planFor,
  updateRepo,
  type MemoryRepo,
} from '../support/memory-repo.js';

/**
 * The laws of a repo's life, over random requests and random edits: more than a thousand cases. The seed is
 * printed; `SEED=… npx vitest run --project unit test/stages/algebra.test.ts` repeats them.
 */
const catalog = readCatalog(process.cwd());
const ids = catalog.capabilities.map(({ id }) => id);
const languages = catalog.languages.map(({ language }) => language);
const RUNS = 150;
// Some of the laws take half a minute where other tests run beside them.
vi.setConfig({ testTimeout: 120_000 });
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const upstreams = [
  { name: 'inventory', url: 'http://inventory.shop.svc.cluster.local:8080' },
  { name: 'payments', url: 'https://payments.example.com' },
];

type Start = {
  readonly text: string;
  readonly absent: readonly string[];
  readonly language: string;
};

const starts = fc
  .record({
    language: fc.constantFrom(...languages),
    capabilities: fc.subarray(ids),
    count: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ language, capabilities, count }): Start => ({
    text: requestOf(language, capabilities, count),
    absent: ids.filter((id) => !capabilities.includes(id)),
    language,
  }));

/** scaffold.yaml as `new` writes it. */
function requestOf(language: string, capabilities: readonly string[], count: number): string {
  const module = catalog.languages.find((template) => template.language === language)?.module;
  const choices = {
    name: 'orders',
    language,
    module: (module?.default ?? '').replace('{name}', 'orders'),
    capabilities,
    upstreams: upstreams.slice(0, count),
    assignments: [],
  };
  return composeRequest(choices, catalog);
}

function subsetsOf(all: readonly string[]): string[][] {
  return all.reduce<string[][]>((sets, id) => [...sets, ...sets.map((set) => [...set, id])], [[]]);
}

const add = (text: string, ...added: string[]): string =>
  addCapabilities(text, added, { assignments: [], catalog });

/** Edits that people make: a line put in, a line gone, a file gone or moved. Each leaves a mark of its own. */
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'delete', 'move'),
    file: fc.nat(),
    line: fc.nat(),
  }),
  { maxLength: 4 },
);
type Edits = readonly { readonly kind: string; readonly file: number; readonly line: number }[];

const markOf = (index: number): string => `ours ${index} e7b1f0`;

function applyEdits(repo: MemoryRepo, list: Edits): MemoryRepo {
  return editRepo(repo, (disk) => {
    list.forEach(({ kind, file, line }, index) => {
      const paths = [...disk.keys()]
        .filter((path) => path !== 'scaffold.yaml' && !path.startsWith('ours/'))
        .sort();
      const path = paths[file % paths.length] ?? '';
      const found = disk.get(path);
      if (found === undefined) return;
      const lines = found.text.split('\n');
      const at = line % lines.length;
      if (kind === 'insert') lines.splice(at, 0, markOf(index));
      if (kind === 'remove') lines.splice(at, 1);
      if (kind === 'delete' || kind === 'move') disk.delete(path);
      if (kind === 'move') disk.set(`ours/${index}-${path.replaceAll('/', '-')}`, found);
      if (kind === 'insert' || kind === 'remove')
        disk.set(path, { ...found, text: lines.join('\n') });
    });
  });
}

function everything({ disk }: MemoryRepo): string {
  return [...disk.values()].map(({ text }) => text).join('\n');
}

function textsOf({ disk }: MemoryRepo): Map<string, string> {
  return new Map(
    [...disk]
      .map(([path, { text }]): [string, string] => [path, text])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const check = (property: fc.IRawProperty<unknown>): void => {
  fc.assert(property as fc.IProperty<unknown>, { numRuns: RUNS, seed });
};

beforeAll(() => {
  console.info(`${RUNS} cases for each law, SEED=${seed}`);
  // Compiles the templates once, outside the first property's time.
  for (const language of languages)
    compose(`service: { name: warm, language: ${language} }`, catalog);
});

test('rendering twice gives the same bytes', () => {
  check(
    fc.property(starts, ({ text }) => {
      expect([...composeTree(text, catalog).tree]).toEqual([...compose(text, catalog).tree]);
    }),
  );
});

test('a new service does not drift, and an update changes nothing', () => {
  check(
    fc.property(starts, ({ text }) => {
      const repo = createRepo(text, catalog);
      expect(driftOf(repo, text, catalog)).toEqual([]);
      const { files, lock } = planFor(repo, text, catalog);
      expect(files.filter(({ action }) => action.kind !== 'keep')).toEqual([]);
      expect(lock).toEqual(repo.lock);
    }),
  );
});

test('adding one capability after another gives the same in either order, and what `new` would have made', () => {
  check(
    fc.property(starts, fc.nat(), fc.nat(), ({ text, absent }, i, j) => {
      fc.pre(absent.length >= 2);
      const [a = '', b = ''] = [
        absent[i % absent.length],
        absent.filter((_, k) => k !== i % absent.length)[j % (absent.length - 1)],
      ];
      const one = updateRepo(
        updateRepo(createRepo(text, catalog), add(text, a), catalog),
        add(add(text, a), b),
        catalog,
      );
      const other = updateRepo(
        updateRepo(createRepo(text, catalog), add(text, b), catalog),
        add(add(text, b), a),
        catalog,
      );
      const both = createRepo(add(text, a, b), catalog);
      expect(textsOf(one)).toEqual(textsOf(both));
      expect(textsOf(other)).toEqual(textsOf(both));
      expect(driftOf(one, add(text, a, b), catalog)).toEqual([]);
    }),
  );
});

/** Every capability with every set of the others: 80 pairs in each language, with and without upstreams. */
const pairs = languages.flatMap((language) =>
  subsetsOf(ids).flatMap((present) =>
    ids
      .filter((id) => !present.includes(id))
      .map((id) => ({ language, present, id, name: `${id} to ${present.join('+') || 'none'}` })),
  ),
);

test('the pairs are all there', () => {
  expect(pairs).toHaveLength(languages.length * ids.length * 2 ** (ids.length - 1));
});

test.each(pairs)('$language: adding $name gives what `new` gives', ({ language, present, id }) => {
  for (const count of [0, 2]) {
    const text = requestOf(language, present, count);
    const whole = requestOf(language, [...present, id], count);
    expect(add(text, id)).toBe(whole);
    const repo = createRepo(text, catalog);
    const grown = updateRepo(repo, whole, catalog);
    const made = createRepo(whole, catalog);
    expect(textsOf(grown)).toEqual(textsOf(made));
    expect(grown.lock).toEqual(made.lock);
    const back = updateRepo(grown, removeCapabilities(whole, [id], catalog), catalog);
    expect(textsOf(back)).toEqual(textsOf(repo));
    expect(back.lock).toEqual(repo.lock);
  }
});

test('removing after adding gives back the tree', () => {
  check(
    fc.property(starts, fc.nat(), ({ text, absent }, i) => {
      fc.pre(absent.length > 0);
      const id = absent[i % absent.length] ?? '';
      const grown = updateRepo(createRepo(text, catalog), add(text, id), catalog);
      const back = removeCapabilities(add(text, id), [id], catalog);
      expect(back).toBe(text);
      expect(textsOf(updateRepo(grown, back, catalog))).toEqual(textsOf(createRepo(text, catalog)));
    }),
  );
});

test('so it is with upstreams', () => {
  check(
    fc.property(starts, ({ text }) => {
      const more = addUpstream(text, { name: 'mail', url: 'http://mail.shop.svc.cluster.local' });
      const grown = updateRepo(createRepo(text, catalog), more, catalog);
      expect(textsOf(grown)).toEqual(textsOf(createRepo(more, catalog)));
      expect(textsOf(updateRepo(grown, removeUpstream(more, 'mail'), catalog))).toEqual(
        textsOf(createRepo(text, catalog)),
      );
    }),
  );
});

test('an update to what is there already leaves every edit alone', () => {
  check(
    fc.property(starts, edits, ({ text }, list) => {
      const edited = applyEdits(createRepo(text, catalog), list);
      expect(textsOf(updateRepo(edited, text, catalog))).toEqual(textsOf(edited));
    }),
  );
});

test('no line of theirs is lost, whatever is added or removed', () => {
  check(
    fc.property(starts, edits, fc.nat(), ({ text, absent }, list, i) => {
      const id = ids[i % ids.length] ?? '';
      const next = absent.includes(id) ? add(text, id) : removeCapabilities(text, [id], catalog);
      const edited = applyEdits(createRepo(text, catalog), list);
      const after = everything(updateRepo(edited, next, catalog));
      list.forEach(({ kind }, index) => {
        if (kind === 'insert' && everything(edited).includes(markOf(index)))
          expect(after).toContain(markOf(index));
      });
    }),
  );
});

test('a file that people deleted stays deleted, and one that they moved stays where they put it', () => {
  check(
    fc.property(starts, edits, fc.nat(), ({ text, absent }, list, i) => {
      fc.pre(absent.length > 0);
      const edited = applyEdits(createRepo(text, catalog), list);
      const after = updateRepo(edited, add(text, absent[i % absent.length] ?? ''), catalog);
      for (const path of createRepo(text, catalog).disk.keys()) {
        if (!edited.disk.has(path)) expect([...after.disk.keys()]).not.toContain(path);
      }
      for (const path of edited.disk.keys()) {
        if (path.startsWith('ours/')) expect([...after.disk.keys()]).toContain(path);
      }
    }),
  );
});
