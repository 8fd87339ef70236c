import { createHash } from 'node:crypto';

/** A kind of result, as code scanning lists it. */
export type SarifRule = {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly help: string;
  readonly level: SarifLevel;
};

export type SarifLevel = 'error' | 'warning' | 'note';

/** A place from the top of the repository: code scanning looks there, wherever the command ran. */
export type SarifPlace = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
};

export type SarifResult = {
  readonly rule: string;
  readonly level: SarifLevel;
  readonly message: string;
  /** The first is where it is reported. */
  readonly places: readonly [SarifPlace, ...SarifPlace[]];
  /** What stays the same when lines move: by it code scanning knows a result again. */
  readonly fingerprint: string;
  /** Why it does not count; undefined when it does. */
  readonly suppressed?: string | undefined;
};

/** GitHub knows no `note` here. */
const PROBLEM_SEVERITY: Readonly<Record<SarifLevel, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'recommendation',
};

/**
 * SARIF 2.1.0 (OASIS), for code scanning. Suppressed results are left out unless they are asked for: GitHub
 * shows them as open alerts.
 */
export function formatSarif({
  version,
  id,
  rules,
  results,
  problems,
  remarks = [],
  keepsSuppressed,
}: {
  readonly version: string;
  /** What was looked at, and how: GitHub closes the alerts of an earlier run with the same one. */
  readonly id: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** What could not be looked at. */
  readonly problems: readonly { readonly message: string; readonly place: SarifPlace }[];
  /** What was looked at, in words. */
  readonly remarks?: readonly string[];
  readonly keepsSuppressed: boolean;
}): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'meshwright', version, rules: rules.map(describeRule) } },
        automationDetails: { id },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: [
              ...problems.map(({ message, place }) => ({
                level: 'error',
                message: { text: message },
                locations: [locationOf(place)],
              })),
              ...remarks.map((text) => ({ level: 'note', message: { text } })),
            ],
          },
        ],
        results: describeResults(
          results.filter(({ suppressed }) => keepsSuppressed || suppressed === undefined),
          rules,
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule({ id, title, why, help, level }: SarifRule) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\nFix: ${help}`, markdown: `${why}\n\n**Fix:** ${help}` },
    defaultConfiguration: { level },
    properties: { precision: 'high', 'problem.severity': PROBLEM_SEVERITY[level] },
  };
}

function describeResults(results: readonly SarifResult[], rules: readonly SarifRule[]) {
  const seen = new Map<string, number>();
  return results.map(({ rule, level, message, places, fingerprint, suppressed }) => {
    const count = (seen.get(fingerprint) ?? 0) + 1;
    seen.set(fingerprint, count);
    return {
      ruleId: rule,
      ruleIndex: rules.findIndex(({ id }) => id === rule),
      level,
      message: { text: message },
      locations: places.slice(0, 1).map(locationOf),
      relatedLocations: places.slice(1).map(locationOf),
      partialFingerprints: {
        'meshwright/v1': fingerprint,
        primaryLocationLineHash: `${hashOf(fingerprint)}:${count}`,
      },
      ...(suppressed === undefined
        ? {}
        : { suppressions: [{ kind: 'external', justification: suppressed }] }),
    };
  });
}

/** In the shape that GitHub computes itself, from the line's text, where it is absent. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function locationOf({ path, line, column }: SarifPlace) {
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
      // Without an end column it reaches to the end of the line.
      region: { startLine: line, startColumn: column, endLine: line },
    },
  };
}
