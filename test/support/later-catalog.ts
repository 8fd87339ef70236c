import { emitters } from '../../src/meshes/found/emitters.js';
import { kindFacts } from '../../src/meshes/kind-facts.js';
import type { Catalog } from '../../src/model/catalog.js';
import { capabilitySchema, templateSchema } from '../../src/model/manifest.js';
import { parseTemplates } from '../../src/stages/parse-template.js';

/** What a later template version makes of the repo in test/fixtures/update/0.0.9. */
export function laterCatalog(): Catalog {
  const sources: Readonly<Record<string, string>> = {
    Makefile: 'run: ## start it now\n\techo {{service.name}}\n',
    'main.txt': '# a service\nservice {{service.name}}\nend\n',
    'docs/manual.txt': lines('guide', 'one', 'guide one, theirs'),
    'docs/simple.txt': lines('plain'),
    'notes.txt': lines('note', 'six', 'note six, theirs'),
    'run.sh': '#!/bin/sh\nexec true\n',
    'tool.sh': lines('tool', 'six', 'tool six, theirs'),
    'dropped.txt': lines('dropped', 'six', 'dropped six, theirs'),
    'windows.txt': lines('line', 'six', 'line six, theirs'),
    'new.txt': 'new\n',
  };
  const was: Readonly<Record<string, string[]>> = {
    'docs/manual.txt': ['docs/guide.txt'],
    'docs/simple.txt': ['docs/plain.txt'],
  };
  const language = templateSchema.parse({
    language: 'toy',
    title: 'Toy',
    module: { pattern: '^[a-z./-]+$', doc: 'a toy path', default: 'example.com/{name}' },
    changes: [
      { version: '0.0.9', files: ['Makefile'], why: 'Everybody knows this already.' },
      { version: '1.0.0', files: ['Makefile'], why: 'It says when it starts.' },
      { version: '1.0.0', files: ['docs/*.txt', 'notes.txt'], why: 'Texts name their readers.' },
    ],
    files: Object.keys(sources).map((path) => ({
      path,
      template: `${path}.hbs`,
      ownership: path === 'main.txt' ? 'composed' : 'managed',
      mode: path === 'run.sh' ? '755' : '644',
      was: was[path] ?? [],
    })),
  });
  const echo = capabilitySchema.parse({
    id: 'echo',
    title: 'Echo',
    summary: 'Repeats calls.',
    order: 10,
    settings: {
      times: { type: 'integer', min: 1, max: 9, default: 3, doc: 'How often.' },
      pause: { type: 'duration', default: '50ms', was: ['wait'], doc: 'Between two.' },
    },
    files: [{ path: 'echo.txt', template: 'toy/echo.txt.hbs' }],
    changes: [
      {
        version: '1.0.0',
        files: ['echo.txt'],
        default: { setting: 'times', was: 2 },
        why: 'One echo in three was lost.',
      },
      { version: '1.0.0', default: { setting: 'pause', was: '20ms' }, why: 'Echoes met.' },
    ],
  });
  const templates = {
    ...Object.fromEntries(
      Object.entries(sources).map(([path, source]) => [`toy/${path}.hbs`, source]),
    ),
    'echo/toy/echo.txt.hbs':
      'echo {{settings.echo.times}} times, {{settings.echo.pause}} apart\n\n# who hears it\nnobody\n',
  };
  return {
    version: '1.0.0',
    capabilities: [echo],
    languages: [language],
    templates: parseTemplates(Object.entries(templates)),
    recorded: {},
    identifiers: {},
    kinds: kindFacts,
    meshes: emitters,
  };
}

/** Six lines, one of them in other words. */
function lines(name: string, word = '', text = ''): string {
  return ['one', 'two', 'three', 'four', 'five', 'six']
    .map((each) => (each === word ? `${text}\n` : `${name} ${each}\n`))
    .join('');
}
