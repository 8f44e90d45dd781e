/**
 * Runs `work` and prints how it went. Answers with its result, or with `undefined` if it failed; the process then ends with
 * code 1.
 */
export async function report(title, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  try {
    const result = await work();
    console.log(`ok     ${title} (${seconds()} s)`);
    return result;
  } catch (error) {
    console.log(`FAILED ${title} (${seconds()} s)\n${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}
