// Adds up what test runs left behind and prints 'PASSED FAILED SKIPPED' on one line.
//
//   node scripts/tally.mjs FILE ...
//
// A FILE is vitest's JSON report or the steps.json of scripts/test.mjs. A run that died before it could
// report must not look like one without failures, so a file that is not there counts as one failure.
import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Counts of one vitest report. A test file that fails before its first test, or an error outside of any
 * test, leaves no failed test behind: each counts as one.
 *
 * @param {any} report
 * @returns {Counts}
 */
export function countTests(report) {
  const broken = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * Counts of the steps of `npm test`; its step `tests` is left out, the vitest report tells more.
 *
 * @param {Record<string, 'passed' | 'failed' | 'skipped'>} steps
 * @returns {Counts}
 */
export function countSteps(steps) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [step, state] of Object.entries(steps)) if (step !== 'tests') counts[state]++;
  return counts;
}

/** @param {string} file @returns {Counts} */
function countFile(file) {
  let content;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return 'testResults' in content ? countTests(content) : countSteps(content);
}

if (import.meta.filename === process.argv[1]) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of process.argv.slice(2)) {
    const counts = countFile(file);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  console.log(`${sum.passed} ${sum.failed} ${sum.skipped}`);
}
