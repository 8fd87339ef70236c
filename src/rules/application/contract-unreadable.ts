import type { Rule } from '../rule.js';

export const contractUnreadable: Rule = {
  code: 'CONTRACT_UNREADABLE',
  severity: 'warning',
  layer: 'app',
  title: 'A .proto file cannot be read.',
  reads: ['app/contract'],
  why: 'Methods below the place where reading ends are unknown, so declared methods of theirs are not compared with anything. A compiler ends there, too.',
  fix: 'Mend the file: buf build or protoc names the same place.',
  check: ({ all }) =>
    all('app/contract').flatMap(({ target: file, values: { problem } }) =>
      problem === undefined
        ? []
        : [
            {
              target: file,
              at: { file, line: problem.line, column: problem.column },
              message: `${file} cannot be read to its end: it ${problem.message}.`,
              fix: 'Mend it there; make proto, buf build and protoc end there, too.',
            },
          ],
    ),
};
