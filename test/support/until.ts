/** Resolves when the condition is true. Rejects if it is still false after `ms` milliseconds. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`The condition is still false after ${ms} ms: ${String(holds)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
