/** A kind of result, as code scanning lists it. */
export type SarifRule = {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly help: string;
  readonly level: SarifLevel;
};

export type SarifLevel = 'error' | 'warning' | 'note';

/** A place from the folder in which the command ran. */
export type SarifPlace = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
};

export type SarifResult = {
  readonly rule: string;
  readonly level: SarifLevel;
  readonly message: string;
  readonly places: readonly SarifPlace[];
  /** What stays the same when lines move: by it code scanning knows a result again. */
  readonly fingerprint: string;
  /** Why it does not count; a suppressed result is reported, not left out. */
  readonly suppressed?: string | undefined;
};

/** SARIF 2.1.0 (OASIS), for code scanning. */
export function formatSarif({
  version,
  rules,
  results,
  problems,
}: {
  readonly version: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** What could not be looked at. */
  readonly problems: readonly { readonly message: string; readonly place: SarifPlace }[];
}): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'meshwright',
            version,
            rules: rules.map(({ id, title, why, help, level }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: help },
              defaultConfiguration: { level },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: problems.map(({ message, place }) => ({
              level: 'error',
              message: { text: message },
              locations: [locationOf(place)],
            })),
          },
        ],
        results: results.map(({ rule, level, message, places, fingerprint, suppressed }) => ({
          ruleId: rule,
          ruleIndex: rules.findIndex(({ id }) => id === rule),
          level,
          message: { text: message },
          locations: places.slice(0, 1).map(locationOf),
          relatedLocations: places.slice(1).map(locationOf),
          partialFingerprints: { 'meshwright/v1': fingerprint },
          ...(suppressed === undefined
            ? {}
            : { suppressions: [{ kind: 'external', justification: suppressed }] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf({ path, line, column }: SarifPlace) {
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: line, startColumn: column },
    },
  };
}
