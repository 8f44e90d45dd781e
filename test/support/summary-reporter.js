// Prints the number of tests skipped for each missing service, and one line of counts that a script can read.
export default class SummaryReporter {
  /** Jest passes its configuration as the first argument; a test passes a function that prints. */
  constructor(print) {
    this.print = typeof print === 'function' ? print : (text) => process.stdout.write(text);
  }

  onRunComplete(_contexts, results) {
    const leftOut = new Map();
    for (const { testResults } of results.testResults) {
      for (const { status, fullName } of testResults) {
        // Only tests in a block that `describeWith` skipped are listed. A test that `-t` filters out is also pending.
        const service = status === 'pending' && /\[needs (\w+)\]/.exec(fullName)?.[1];
        if (service) {
          leftOut.set(service, (leftOut.get(service) ?? 0) + 1);
        }
      }
    }
    const skipped = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
    // A file that could not be loaded reports no tests. It is one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    this.print(
      [
        '',
        ...[...leftOut].map(([service, count]) => `Skipped, because ${service} is missing: ${count} tests`),
        `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
        '',
      ].join('\n'),
    );
  }
}
