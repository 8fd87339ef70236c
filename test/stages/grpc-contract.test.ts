import { describe, expect, test } from 'vitest';

import { readContract } from '../../src/transports/grpc/contract.js';

const namesOf = (text: string) =>
  readContract(text).services.flatMap(({ methods }) =>
    methods.map(({ name, idempotent }) => [name, idempotent]),
  );

describe('a .proto file', () => {
  test.each([
    ['one line', 'package a.v1;service S{rpc M(Q)returns(R);}', [['/a.v1.S/M', undefined]]],
    ['no package', 'service S { rpc M (Q) returns (R) {} }', [['/S/M', undefined]]],
    [
      'package behind the service options',
      'syntax = "proto2"; import public "x.proto"; package a;\noption (my.opt) = { a: "}" b { c: 1 } };\nservice S { option deprecated = true; rpc M(Q) returns (stream .a.R) { option (google.api.http) = { get: "/v1/{id=*}" additional_bindings { post: "/x" body: "*" } }; option idempotency_level = IDEMPOTENT; } }',
      [['/a.S/M', true]],
    ],
    [
      'levels',
      'service S { rpc A(Q) returns (R) { option idempotency_level = NO_SIDE_EFFECTS; } rpc B(Q) returns (R) { option idempotency_level = IDEMPOTENCY_UNKNOWN; }; rpc C(stream Q) returns (R); }',
      [
        ['/S/A', true],
        ['/S/B', undefined],
        ['/S/C', undefined],
      ],
    ],
    [
      'comments and texts with words of its language',
      '/* service No { rpc X(Q) returns (R); } */ // rpc Y(\nmessage M { string s = 1 [default = "service { \\" rpc"]; oneof o { int32 a = 2; } reserved 4 to max; }\nenum E { A = 0; B = -1; }\nextend Q { optional string e = 100; }\nservice S { /* rpc */ rpc /* a */ M(Q) returns (R) // end\n; }',
      [['/S/M', undefined]],
    ],
    [
      'an edition, and words of it',
      'edition = "2024"; export message M {} local enum E { A = 0; } service S { rpc M(stream) returns (R); }',
      [['/S/M', undefined]],
    ],
    [
      'names that are words',
      'service rpc { rpc option(stream.Q) returns (R); }',
      [['/rpc/option', undefined]],
    ],
    [
      'a byte order mark and CRLF',
      '\uFEFFservice S {\r\n  rpc M(Q) returns (R);\r\n}\r\n',
      [['/S/M', undefined]],
    ],
    ['nothing', '', []],
  ])('%s', (_, text, methods) => {
    expect(readContract(text).problem).toBeUndefined();
    expect(namesOf(text)).toEqual(methods);
  });

  test('methods have their places', () => {
    const { services } = readContract('service S {\n  /* a\n b */ rpc M(Q) returns (R);\n}');
    expect(services[0]?.methods[0]).toMatchObject({ line: 3, column: 11 });
  });

  test.each([
    ['service S { rpc M(Q) returns (R);', 1, 34 - 1, 'ends too early'],
    ['\n  <<<<<<< HEAD', 2, 3, 'holds "<" where a declaration begins'],
    ['service S {\n  rpc M(Q) (R);\n}', 2, 12, 'holds "(" where "returns" belongs'],
    ['message M { string a = "x\n; }', 1, 24, 'begins a text without an end'],
    ['service S {} /* no end', 1, 14, 'begins a comment without an end'],
    ['name: orders\nport: 1', 1, 1, 'holds "name" where a declaration begins'],
    [
      'service S { rpc M(Q) returns (R) { returns } }',
      1,
      36,
      'holds "returns" where an option begins',
    ],
    ['service S { message M {} }', 1, 13, 'holds "message" where a method begins'],
    ['{{ template }}', 1, 1, 'holds "{" where a declaration begins'],
    ['service S é {}', 1, 11, 'holds "é"'],
  ])('%j says where reading ends', (text, line, column, message) => {
    expect(readContract(text).problem).toEqual({ line, column, message });
  });

  test('what was read before a fault is kept', () => {
    expect(namesOf('service S { rpc M(Q) returns (R); }\nservice T {')).toEqual([
      ['/S/M', undefined],
    ]);
  });
});
