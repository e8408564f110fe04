import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../bootstrap/paths.mjs';
import { countAudit, countCheck, countPlaywright, countVitest, lastLine, sum } from './counts.mjs';
import { STEPS, TIERS, chooseSteps } from './steps.mjs';

describe('counting', () => {
  const vitest = { numPassedTests: 10, numFailedTests: 0, numPendingTests: 1, numTodoTests: 2, testResults: [] };

  it('counts a step without tests as one check', () => {
    expect(countCheck(undefined, true)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countCheck(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts an audit without a response as skipped', () => {
    expect(countAudit({ kind: 'unavailable' }, true)).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(countAudit({ kind: 'clean' }, true)).toMatchObject({ passed: 1, failed: 0 });
    expect(countAudit({ kind: 'found' }, false)).toMatchObject({ passed: 0, failed: 1 });
    expect(countAudit(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts the tests in vitest’s report', () => {
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

  it('counts the tests in Playwright’s report: a flaky test as passed, an error outside tests as failed', () => {
    const stats = { expected: 5, flaky: 1, unexpected: 2, skipped: 3 };
    expect(countPlaywright({ stats, errors: [] }, false)).toEqual({ passed: 6, failed: 2, skipped: 3 });
    expect(countPlaywright({ stats, errors: [{ message: 'global setup' }] }, false).failed).toBe(3);
  });

  it.each([countVitest, countPlaywright])(
    'counts a runner that fails without a failed test as one failure',
    (count) => {
      expect(count(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
      const empty = { ...vitest, stats: { expected: 1, flaky: 0, unexpected: 0, skipped: 0 }, errors: [] };
      expect(count(empty, false).failed).toBe(1);
    },
  );

  it('sums up all steps in the last line', () => {
    const total = sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 40, failed: 2, skipped: 1 },
    ]);
    expect(lastLine(total)).toBe('41 passed, 2 failed');
  });
});

describe('chooseSteps', () => {
  const scripts = Object.fromEntries(STEPS.map(({ name }) => [name, 'true']));
  const names = ({ steps }) => steps.map(({ name }) => name);

  it('returns the steps of the tier in order, or the steps of --only', () => {
    const test = ['lint', 'types', 'unit', 'build', 'size', 'packaging', 'e2e'];
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

  it('returns the audit only in CI or by name', () => {
    expect(names(chooseSteps([], scripts, { isCi: true }))).toContain('audit');
    expect(names(chooseSteps([], scripts, { isCi: true, tier: 'quick' }))).not.toContain('audit');
    expect(names(chooseSteps(['audit'], scripts))).toEqual(['audit']);
  });

  it('leaves out a step without a script, and names an unknown step', () => {
    expect(names(chooseSteps([], { ...scripts, size: undefined }))).not.toContain('size');
    expect(chooseSteps(['unit', 'lunch'], scripts)).toEqual({ unknown: ['lunch'], steps: [] });
  });
});

describe('Table of steps in CONTRIBUTING.md', () => {
  it('lists every step with its tiers', () => {
    const contributing = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const [, table] = /^\| step .*\n\|[ |-]+\n((?:\|.*\n)+)/m.exec(contributing);
    const rows = table
      .trimEnd()
      .split('\n')
      .map((row) =>
        row
          .split('|')
          .slice(1, 5)
          .map((cell) => cell.trim()),
      );
    const mark = ({ tiers, isForCi }, tier) => (!tiers.includes(tier) ? '' : isForCi ? 'in CI' : '✓');
    expect(rows).toEqual(STEPS.map((step) => [`\`${step.name}\``, ...TIERS.map((tier) => mark(step, tier))]));
  });
});
