import { describe, expect, it } from 'vitest';
import { countAudit, countCheck, countPlaywright, countVitest, lastLine, sum } from './counts.mjs';
import { STEPS, chooseSteps } from './steps.mjs';

describe('counting', () => {
  const vitest = { numPassedTests: 10, numFailedTests: 0, numPendingTests: 1, numTodoTests: 2, testResults: [] };

  it('takes a step without tests for one check', () => {
    expect(countCheck(undefined, true)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countCheck(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('takes an audit that nobody answered for none', () => {
    expect(countAudit({ kind: 'unasked' }, true)).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(countAudit({ kind: 'clean' }, true)).toMatchObject({ passed: 1, failed: 0 });
    expect(countAudit({ kind: 'found' }, false)).toMatchObject({ passed: 0, failed: 1 });
    expect(countAudit(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('reads vitest’s report', () => {
    expect(countVitest(vitest, true)).toEqual({ passed: 10, failed: 0, skipped: 3 });
    expect(countVitest({ ...vitest, numFailedTests: 2 }, false)).toMatchObject({ passed: 10, failed: 2 });
  });

  it('counts a test file that did not load', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ];
    expect(countVitest({ ...vitest, numFailedTests: 1, testResults }, false).failed).toBe(2);
  });

  it('reads Playwright’s report; a flaky test passed, an error outside of tests failed', () => {
    const stats = { expected: 5, flaky: 1, unexpected: 2, skipped: 3 };
    expect(countPlaywright({ stats, errors: [] }, false)).toEqual({ passed: 6, failed: 2, skipped: 3 });
    expect(countPlaywright({ stats, errors: [{ message: 'global setup' }] }, false).failed).toBe(3);
  });

  it.each([countVitest, countPlaywright])('a runner that ends badly and shows no failure is one', (count) => {
    expect(count(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    const empty = { ...vitest, stats: { expected: 1, flaky: 0, unexpected: 0, skipped: 0 }, errors: [] };
    expect(count(empty, false).failed).toBe(1);
  });

  it('adds up to the last line', () => {
    const total = sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 40, failed: 2, skipped: 1 },
    ]);
    expect(lastLine(total)).toBe('41 passed, 2 failed');
  });
});

describe('choosing steps', () => {
  const scripts = Object.fromEntries(STEPS.map(({ name }) => [name, 'true']));
  const names = ({ steps }) => steps.map(({ name }) => name);

  it('runs the steps of the tier in their order, or those asked for', () => {
    const test = ['lint', 'types', 'unit', 'build', 'size', 'e2e'];
    expect(names(chooseSteps([], scripts))).toEqual(test);
    expect(names(chooseSteps(['unit', 'lint'], scripts))).toEqual(['lint', 'unit']);
    expect(names(chooseSteps(['soak'], scripts, { tier: 'quick' }))).toEqual(['soak']);
    expect(names(chooseSteps([], scripts, { tier: 'quick' }))).toEqual(['lint', 'types', 'unit', 'smoke']);
    const full = names(chooseSteps([], scripts, { tier: 'full' }));
    expect(full.slice(0, test.length)).toEqual(test);
    expect(full.slice(test.length)).toEqual(
      STEPS.filter(({ tiers }) => String(tiers) === 'full').map(({ name }) => name),
    );
  });

  it('runs the audit in CI only, or when asked for', () => {
    expect(names(chooseSteps([], scripts, { isCi: true }))).toContain('audit');
    expect(names(chooseSteps([], scripts, { isCi: true, tier: 'quick' }))).not.toContain('audit');
    expect(names(chooseSteps(['audit'], scripts))).toEqual(['audit']);
  });

  it('leaves out what the project has no script for, and names what is no step', () => {
    expect(names(chooseSteps([], { ...scripts, size: undefined }))).not.toContain('size');
    expect(chooseSteps(['unit', 'lunch'], scripts)).toEqual({ unknown: ['lunch'], steps: [] });
  });
});
