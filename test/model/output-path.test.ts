import { describe, expect, it } from 'vitest';

import { findPathClash, findPathProblem } from '../../src/model/output-path.js';

describe('paths that may be written', () => {
  it.each([
    'README.md',
    '.github/workflows/ci.yaml',
    '.gitignore',
    '.gitattributes',
    '.golangci.yml',
    'internal/upstream/a_client.go',
    'deploy/base/auxiliary.yaml',
    'docs/élan.md',
    '.scaffold/base/0123456789abcdef0123456789abcdef01234567',
    'a'.repeat(255),
    '__proto__/constructor',
    'with space/in side.txt',
    '@scope/name.ts',
    '[id].ts',
    '$HOME/x',
  ])('%j', (path) => expect(findPathProblem(path)).toBeUndefined());
});

describe('paths that must not be written', () => {
  it.each([
    '',
    '.',
    '..',
    '/abs',
    '//host/share',
    'C:\\x',
    'C:/x',
    '~/x',
    'a/../../b',
    'a/./b',
    'a//b',
    'a/',
    './a',
    'a\\..\\b',
    '%2e%2e%2fx',
    '%252e%252e%252fx',
    'a\0b',
    'a\nb',
    'a\rb',
    'a\tb',
    'a\u001bb',
    'a\u0085b',
    'a\u202eb',
    'a\u200bb',
    '\ufeffa',
    'e\u0301',
    '-rf',
    'a/-rf',
    ' a',
    'a ',
    'a.',
    'a./b',
    'con',
    'a/NUL.txt',
    'com1.tar.gz',
    'lpt9',
    'COM¹',
    'CONIN$',
    '.git',
    '.GIT/config',
    'sub/.Git/hooks/x',
    'git~1',
    'GIT~12/config',
    'progra~1',
    'file.txt::$DATA',
    'a?b',
    'a*b',
    'a|b',
    'a"b',
    'a'.repeat(256),
    'é'.repeat(128),
    'a/'.repeat(600) + 'b',
  ])('%j', (path) => expect(findPathProblem(path)).toEqual(expect.any(String)));
});

describe('paths that cannot stand side by side', () => {
  it.each([
    [['a', 'b', 'a'], 'the same file twice'],
    [['README.md', 'readme.MD'], 'equal but for case or Unicode form'],
    [['Docs/a', 'docs/b'], 'equal but for case or Unicode form'],
    [['straße', 'STRASSE'], 'equal but for case or Unicode form'],
    [['caf\u00e9', 'cafe\u0301'], 'equal but for case or Unicode form'],
    [['a', 'a/b'], 'one is a file where the other needs a folder'],
    [['a/b/c', 'a/b'], 'one is a file where the other needs a folder'],
  ])('%j', (paths, reason) => expect(findPathClash(paths)).toMatchObject({ reason }));

  it('says nothing of a good tree, whatever it is called', () => {
    expect(findPathClash(['a/b', 'a/c', 'a.b', 'constructor', '__proto__/x'])).toBeUndefined();
  });
});
