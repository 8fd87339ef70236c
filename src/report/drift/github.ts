import { formatAnnotations, type Annotation } from '../annotation.js';
import { describeAccepted, describeGroup } from './describe.js';
import { isDriftingFile, placeIn, type RepoDrift } from './repo-drift.js';

/** Annotations of a pull request, one a file. */
export function formatDriftGithub(repos: readonly RepoDrift[], strict: boolean): string {
  const annotations = repos.flatMap((repo) => annotate(repo, strict));
  return formatAnnotations(annotations, { title: TITLE, others: 'npx meshwright drift' });
}

const TITLE = 'scaffold drift';

function annotate(repo: RepoDrift, strict: boolean): Annotation[] {
  const title = TITLE;
  if (repo.error !== undefined) {
    const { message, hint } = repo.error;
    const file = placeIn(repo, 'scaffold.yaml');
    return [{ level: 'error', file, title, message: `${message} ${hint}`.trim() }];
  }
  return repo.files.map((file) => {
    const counts = isDriftingFile(file, strict);
    const group = { status: file.status, counts, files: [file] };
    return {
      level: counts ? 'error' : 'notice',
      file: placeIn(repo, file.path),
      title,
      message:
        file.accepted === undefined
          ? `${file.status}: ${describeGroup(group, repo)}`
          : `accepted: ${describeAccepted(file)}`,
    };
  });
}
