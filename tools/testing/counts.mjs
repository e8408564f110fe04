/**
 * Counts the results of a step from the report of its runner. A runner that ends with an error and reports no failed test
 * (a crash, a file that did not load, no report) counts as one failure.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

const withExit = (counts, isOk) => (isOk || counts.failed > 0 ? counts : { ...counts, failed: 1 });

/** Counts a step that is one check. */
export function countCheck(_report, isOk) {
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
}

/** Counts the audit. A registry that does not respond counts as skipped. */
export function countAudit(report, isOk) {
  return report?.kind === 'unavailable' ? { passed: 0, failed: 0, skipped: 1 } : countCheck(report, isOk);
}

/** Counts tests in vitest's JSON report. */
export function countVitest(report, isOk) {
  if (!report) return withExit({ passed: 0, failed: 0, skipped: 0 }, isOk);
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  return withExit(counts, isOk);
}

/** Counts tests in Playwright's JSON report. A test that passed on a retry counts as passed. */
export function countPlaywright(report, isOk) {
  if (!report) return withExit({ passed: 0, failed: 0, skipped: 0 }, isOk);
  const { expected, flaky, unexpected, skipped } = report.stats;
  return withExit({ passed: expected + flaky, failed: unexpected + report.errors.length, skipped }, isOk);
}

/** @param {Counts[]} all */
export function sum(all) {
  const add = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}

/** Last line of `npm test` and `.ci/run`. */
export const lastLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
