/** Prints `N passed, N failed` from the results of the test run; a file that fails to load counts as failed, and so does a missing result. */
import { readFileSync } from 'node:fs';

const staticFailed = process.argv[2] === '0' ? 0 : 1;
let passed = 0;
let failed = staticFailed;
let skipped = 0;
try {
  const { testResults } = JSON.parse(readFileSync('test-results/results.json', 'utf8'));
  for (const { status, assertionResults } of testResults) {
    const count = (wanted) => assertionResults.filter((test) => wanted.includes(test.status)).length;
    passed += count(['passed']);
    skipped += count(['skipped', 'pending', 'todo', 'disabled']);
    const failures = count(['failed']);
    failed += failures > 0 || status === 'passed' ? failures : 1;
  }
} catch (error) {
  console.log(`no test results: ${error.message}`);
  failed += 1;
}
if (passed === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
