import { didYouMean, suggest } from '../../../model/suggest.js';
import type { Rule } from '../../../rules/rule.js';

/** Providers that are there without configuration (mesh/config.go, DefaultMeshConfig). */
const BUILT_IN = ['prometheus', 'stackdriver', 'envoy'];

export const telemetryProvider: Rule = {
  code: 'TELEMETRY_PROVIDER',
  severity: 'warning',
  layer: 'mesh',
  title:
    'A Telemetry asks for a provider that the mesh does not have, or for none where none is the default.',
  reads: ['mesh/telemetryProvider'],
  why: 'A name that is not among extensionProviders is skipped without a word, and accessLogging without providers takes those of defaultProviders, of which an installation has none (IST0157).',
  fix: 'The name of a provider in extensionProviders, or envoy for access logs.',
  check: ({ all }) => {
    const configs = all('mesh/meshConfig').map(({ values }) => values);
    const known = [
      ...BUILT_IN,
      ...configs.flatMap(({ tracingProviders }) => Object.keys(tracingProviders)),
    ];
    const hasDefault = configs.some(({ hasDefaultLogging }) => hasDefaultLogging);
    return all('mesh/telemetryProvider').flatMap(({ target, place, values }) => {
      const { section, providers, isDisabled } = values;
      if (isDisabled) return [];
      if (section === 'accessLogging' && providers.length === 0 && !hasDefault) {
        return [
          {
            target,
            at: place,
            severity: configs.length === 0 ? ('info' as const) : ('warning' as const),
            message: `accessLogging names no provider${configs.length === 0 ? ', and nothing is logged unless the mesh has a default' : ', and the mesh has no default: nothing is logged'}.`,
            fix: 'providers: [{ name: envoy }]',
          },
        ];
      }
      if (configs.length === 0) return [];
      return providers
        .filter(({ value }) => !known.includes(value))
        .map((provider) => ({
          target,
          at: provider.place,
          // The configuration that is here may be that of another mesh.
          severity:
            suggest(provider.value, known) === undefined ? ('info' as const) : ('warning' as const),
          message: `The mesh has no provider "${provider.value}": ${section} skips it.${didYouMean(provider.value, known)}`,
          fix: `One of ${known.join(', ')}, or an entry in extensionProviders.`,
        }));
    });
  },
};
