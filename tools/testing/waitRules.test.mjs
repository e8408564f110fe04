import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { noFixedWaits, noFlushInTests, noTurnsAsWaits } from './waitRules.mjs';

/** Number of problems that the rules for tests find in the code. */
function problemsIn(code) {
  const config = {
    rules: { 'no-restricted-syntax': ['error', ...noFixedWaits, ...noTurnsAsWaits, ...noFlushInTests] },
  };
  return new Linter().verify(code, [config]).length;
}

describe('Rules for waits in tests', () => {
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
    'await new Promise((resolve) => globalThis.setTimeout(resolve, 10));',
    'await new Promise((resolve) => setTimeout(() => resolve(), 10));',
    'await new Promise((resolve) => { setTimeout(() => { resolve(); }, 10); });',
    'globalThis.setInterval(look, 10);',
    "import { setTimeout } from 'timers/promises';",
    "const { setTimeout } = await import('node:timers/promises');",
    'await promisify(setTimeout)(10);',
    'await promisify(setImmediate)();',
    'await new Promise((resolve) => globalThis.setImmediate(resolve));',
    'await new Promise((resolve) => process.nextTick(resolve));',
    'await new Promise((resolve) => queueMicrotask(resolve));',
    'await new Promise(queueMicrotask);',
    'await new Promise(process.nextTick);',
    'await expect.poll(() => track).toBe(null);',
    'await kit.flushMicrotasks();',
    'void expectUnchanged(() => server.received, []);',
  ])('reject %s', (code) => {
    expect(problemsIn(code)).toBe(1);
  });

  it.each([
    'await expectUnchanged(() => server.received, []);',
    "await server.sent('pauseConsumer');",
    "await room.waitFor('reconnected');",
    'const answered = Promise.resolve();',
    'setImmediate(() => connection.send(late));',
    'await new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), 1000));',
    'await new Promise((resolve) => setTimeout(() => socket.end(resolve), 10));',
    'test.setTimeout(60_000);',
  ])('accept %s', (code) => {
    expect(problemsIn(code)).toBe(0);
  });
});
