// Ends a run with what was left out for want of a service, and with one plain line of counts that a script can read.
export default class SummaryReporter {
  /** Jest hands over its configuration where a test hands over a function to print with. */
  constructor(print) {
    this.print = typeof print === 'function' ? print : (text) => process.stdout.write(text);
  }

  onRunComplete(_contexts, results) {
    const leftOut = new Map();
    for (const { testResults } of results.testResults) {
      for (const { status, fullName } of testResults) {
        // A block that `describeWith` left out; a test that `-t` filters out is pending too, and no news.
        const service = status === 'pending' && /\[needs (\w+)\]/.exec(fullName)?.[1];
        if (service) {
          leftOut.set(service, (leftOut.get(service) ?? 0) + 1);
        }
      }
    }
    const skipped = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
    // A file that could not be loaded has no tests to count: it counts as one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    this.print(
      [
        '',
        ...[...leftOut].map(([service, count]) => `Left out, for want of ${service}: ${count} tests`),
        `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
        '',
      ].join('\n'),
    );
  }
}
