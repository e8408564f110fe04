import { describe, expect, it } from 'vitest';
import { sortTypes } from './sortTypes.mjs';

describe('sortTypes()', () => {
  it.each([
    ['texts in a union', 'export type A = "c" | "a" | "b";', 'export type A = "a" | "b" | "c";'],
    ['unions in unions', 'let a: ("c" | "b")[] | B<"z" | "y">;', 'let a: ("b" | "c")[] | B<"y" | "z">;'],
    [
      'members of an object type, with those inside',
      'type A = B<{\n    b: 1 | 0;\n    /** First. */\n    a?: {\n        d: 1;\n        c: 2;\n    };\n}>;',
      'type A = B<{\n    /** First. */\n    a?: {\n        c: 2;\n        d: 1;\n    };\n    b: 0 | 1;\n}>;',
    ],
    ['members on one line', 'type A = { b: 1; a: { d: 2, c: 3 } };', 'type A = { a: { c: 3; d: 2; }; b: 1; };'],
    ['a type without a separator at its end', 'type A = { a: 2; b: 1 };', 'type A = { a: 2; b: 1; };'],
    [
      'nothing in a declaration without either',
      'export class A {\n    b: 1;\n    a: 2;\n}',
      'export class A {\n    b: 1;\n    a: 2;\n}',
    ],
  ])('sorts %s', (_, declaration, sorted) => {
    expect(sortTypes(declaration)).toBe(sorted);
    expect(sortTypes(sorted)).toBe(sorted);
  });
});
