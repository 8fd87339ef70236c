import { emitters } from '../../src/meshes/found/emitters.js';
import { kindFacts } from '../../src/meshes/kind-facts.js';
import type { Catalog } from '../../src/model/catalog.js';
import { capabilitySchema, templateSchema } from '../../src/model/manifest.js';
import { parseTemplates } from '../../src/stages/parse-template.js';

/** A small catalog in memory: one language, a capability per upstream, one that needs it, one with a placeholder. */
export function smallCatalog(): Catalog {
  const capabilities = [
    {
      id: 'echo',
      title: 'Echo',
      summary: 'Repeats calls.',
      order: 10,
      upstreamKey: 'echo',
      suggests: [{ id: 'lock', reason: 'echoes should be authenticated' }],
      settings: {
        times: { type: 'integer', min: 1, max: 9, default: 2, doc: 'How often.' },
        pause: { type: 'duration', default: '50ms', doc: 'Between two.' },
        shape: {
          type: 'object',
          doc: 'Shape of it.',
          settings: {
            curve: { type: 'enum', values: ['flat', 'steep'], default: 'flat', doc: 'Form.' },
          },
        },
      },
      files: [{ path: 'echo.txt', template: 'toy/echo.txt.hbs', ownership: 'managed' }],
      slots: [{ slot: 'wiring', language: 'toy', text: 'echo\n' }],
    },
    {
      id: 'lock',
      title: 'Lock',
      summary: 'Asks who calls.',
      order: 20,
      settings: {
        issuer: {
          type: 'url',
          default: 'https://issuer.invalid',
          placeholder: true,
          doc: 'Who signs.',
        },
        audiences: {
          type: 'list',
          of: { type: 'string', doc: 'One.' },
          default: ['a'],
          doc: 'For whom.',
        },
        strict: { type: 'boolean', default: true, doc: 'All of it.' },
      },
    },
    {
      id: 'vault',
      title: 'Vault',
      summary: 'Keeps secrets.',
      order: 30,
      requires: [{ id: 'lock', reason: 'secrets have owners' }],
    },
  ].map((manifest) => capabilitySchema.parse(manifest));
  const language = templateSchema.parse({
    language: 'toy',
    title: 'Toy',
    tools: [
      {
        name: 'toyc',
        arguments: ['--version'],
        pattern: '(.+)',
        minimum: '1.0.0',
        purpose: 'builds toys',
        install: 'https://toy.invalid',
      },
    ],
    module: { pattern: '^[a-z./-]+$', doc: 'a toy path', default: 'example.com/{name}' },
    files: [
      { path: 'main.txt', template: 'main.txt.hbs', ownership: 'composed', slots: ['wiring'] },
      { path: 'Makefile', template: 'Makefile.hbs', ownership: 'managed' },
    ],
  });
  const sources = {
    'toy/main.txt.hbs': 'service {{service.name}}\n{{> wiring}}\nend\n',
    'toy/Makefile.hbs': 'run: ## start it\n\techo {{service.name}}\n',
    'echo/toy/echo.txt.hbs': '{{#each upstreams}}\n{{name}} {{url}}\n{{/each}}\n',
    'echo#0': 'echo\n',
  };
  return {
    version: '1.2.3',
    capabilities,
    languages: [language],
    templates: parseTemplates(Object.entries(sources)),
    recorded: {},
    identifiers: {},
    kinds: kindFacts,
    meshes: emitters,
  };
}
