/**
 * Runs `work`, and prints whether it failed and how long it took. After a failure the process ends with exit code 1.
 *
 * @returns the result of `work`; `undefined` if it failed
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
