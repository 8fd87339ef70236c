import type { JsonValue } from '../../model/json.js';
import { describeUnread } from '../unread.js';
import { describeRead } from './read-summary.js';
import { pathFrom, tally, unreadOf, type CheckReport } from './report.js';

/** The JSON document of `check`, without the fields that all documents share. */
export function checkDocument(report: CheckReport): Readonly<Record<string, JsonValue>> {
  return {
    findings: report.folders.flatMap(({ path, findings }) =>
      findings.map(
        ({
          code,
          severity,
          layer,
          target,
          message,
          why,
          fix,
          locations,
          edits,
          verdict,
          note,
          units,
        }) => ({
          code,
          severity,
          layer,
          target,
          message,
          why,
          fix,
          fixable: edits.length > 0,
          status: verdict,
          note,
          ...(units !== undefined && { units: [...units] }),
          locations: locations.map(({ file, line, column }) => ({
            file: pathFrom(path, file),
            line,
            column,
          })),
        }),
      ),
    ),
    ...describeUnread(unreadOf(report.folders)),
    read: describeRead(report.folders),
    folders: report.folders.map(({ path, ruleCount, notApplicable, hasApplication, read }) => ({
      path,
      read: describeRead([{ path, read }]),
      rules: ruleCount,
      notApplicable: [...notApplicable],
      layers: hasApplication ? ['app', 'mesh'] : ['mesh'],
    })),
    fixed: [...report.fixed],
    patch: report.patch,
    summary: { ...tally(report), unlisted: report.unlisted },
  };
}
