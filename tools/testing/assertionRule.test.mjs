import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { assertionInTest } from './assertionRule.mjs';

/** Problems that the rule finds in the code. */
function problemsIn(code) {
  const plugins = { tureen: { rules: { 'assertion-in-test': assertionInTest } } };
  return new Linter().verify(code, [{ plugins, rules: { 'tureen/assertion-in-test': 'error' } }]);
}

describe('assertion-in-test', () => {
  it.each([
    ['an empty test', "it('works', () => {});"],
    ['a test that only calls', "test('works', async () => { await room.join(); });"],
    ['a test with parameters', "it.each([1, 2])('works with %i', (n) => { send(n); });"],
    ['a test with a tagged table', "it.each`n\n${1}`('works', ({ n }) => { send(n); });"],
    ['a test that is alone', "it.only('works', () => { send(); });"],
    ['a test that fails', "it.fails('works', () => { send(); });"],
    ['a helper without an assertion', "const check1 = () => send(); it('works', () => { check1(); });"],
    ['helpers that call each other', "const a = () => b(); const b = () => a(); it('works', () => { a(); });"],
    ['an assertion of another test', "it('works', () => { send(); }); function other() { expect(1).toBe(1); }"],
  ])('rejects %s', (_what, code) => {
    expect(problemsIn(code)).toMatchObject([{ messageId: 'none', severity: 2 }]);
  });

  it.each([
    ['expect', "it('works', () => { expect(1).toBe(1); });"],
    ['expectTypeOf', "it('works', () => { expectTypeOf(a).toBeString(); });"],
    ['assert', "it('works', () => { assert(true); });"],
    ['a method that asserts', "it('works', async () => { await world.expectNothingLeft(); });"],
    ['an imported helper by its name', "it('works', async () => { await expectUnchanged(read, []); });"],
    ['nothingIsLeft()', "it('works', () => { nothingIsLeft(world); });"],
    ['a helper of the file', "function shows() { expect(1).toBe(1); } it('works', () => { shows(); });"],
    ['a helper of a helper', "const a = () => expect(1); const b = () => a(); it('works', () => { b(); });"],
    ['a helper in an object', "const cases = { join: () => { expect(1); } }; it('works', () => { cases.join(); });"],
    ['a helper that is passed on', "const seen = () => expect(1); it('works', () => { room.on('left', seen); });"],
    ['a method of a class', "class World { shows() { expect(1); } } it('works', () => { new World().shows(); });"],
  ])('accepts %s', (_what, code) => {
    expect(problemsIn(code)).toEqual([]);
  });

  it.each([
    'test.beforeEach(() => { send(); });',
    "test.describe('room', () => { send(); });",
    "other('works', () => {});",
  ])('ignores %s, which is no test', (code) => {
    expect(problemsIn(code)).toEqual([]);
  });

  it('reports each test separately', () => {
    const code = "it('a', () => {});\nit('b', () => { expect(1); });\nit('c', () => {});";
    expect(problemsIn(code).map(({ line }) => line)).toEqual([1, 3]);
  });
});
