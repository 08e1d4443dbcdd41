/** Prints "N passed, N failed" from the test runner's own report, and fails when anything did. */
import { readFileSync } from "node:fs";

const [file, failedBefore] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 1 };
  }
}

const report = readReport();
const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 ? 1 : 0, Number(failedBefore));
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);
