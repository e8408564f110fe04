/**
 * What a step came to, out of the report of its runner. A runner that ends badly without a failed test to show for it
 * (it crashed, a file did not load, nothing was reported) counts as one failure: nothing failed is nothing hidden.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

const withExit = (counts, isOk) => (isOk || counts.failed > 0 ? counts : { ...counts, failed: 1 });

/** A step that is one check: it holds or it does not. */
export function countCheck(_report, isOk) {
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
}

/** The audit, which may find nobody to ask. */
export function countAudit(report, isOk) {
  return report?.kind === 'unasked' ? { passed: 0, failed: 0, skipped: 1 } : countCheck(report, isOk);
}

/** vitest's JSON report. */
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

/** Playwright's JSON report. A test that passed on a second try passed. */
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

/** The line that `npm test` and `.ci/run` end with. */
export const lastLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
