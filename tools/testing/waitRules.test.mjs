import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { noFixedWaits, noFlushInTests, noTurnsAsWaits } from './waitRules.mjs';

/** The number of problems that the rules for tests find in the code. */
function problemsIn(code) {
  const config = {
    rules: { 'no-restricted-syntax': ['error', ...noFixedWaits, ...noTurnsAsWaits, ...noFlushInTests] },
  };
  return new Linter().verify(code, [config]).length;
}

describe('the rules for waits in tests', () => {
  it.each([
    'await new Promise((resolve) => setTimeout(resolve, 10));',
    'await page.waitForTimeout(10);',
    'setInterval(look, 10);',
    "import { setTimeout } from 'node:timers/promises';",
    'await new Promise((resolve) => setImmediate(resolve));',
    'await new Promise(setImmediate);',
    'await settle();',
    'await Promise.resolve();',
    'await vi.waitFor(() => expect(track).toBe(null));',
    'await flushMicrotasks();',
    'for (let turn = 0; turn < 10; turn++) await flushMicrotasks();',
  ])('reject %s', (code) => {
    expect(problemsIn(code)).toBe(1);
  });

  it.each([
    'await expectUnchanged(() => server.received, []);',
    "await server.sent('pauseConsumer');",
    "await room.waitFor('reconnected');",
    'const answered = Promise.resolve();',
    'setImmediate(() => connection.send(late));',
  ])('accept %s', (code) => {
    expect(problemsIn(code)).toBe(0);
  });
});
