/**
 * The lowest versions whose `http` module writes a head as Node does: every response calls its own `writeHead()`.
 * Measured on Bun 1.2.0 and Deno 2.5.0: most responses do not, so they lack `Vary: Origin`. Bun 1.3.0 passes on one of two
 * `Origin` fields, which Node joins. `npm run check:consumers` runs the lowest and the newest version.
 */
const LOWEST: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  bun: [1, 4],
  deno: [2, 9],
};

const NAMES: Readonly<Record<string, string>> = { bun: 'Bun', deno: 'Deno' };

/**
 * Stops startup on a version of Bun or Deno whose responses could lack CORS fields.
 *
 * @param versions of the process; Bun and Deno add their own version to those of Node
 * @throws Error on a version below the lowest
 */
export function refuseOldRuntime(versions: Readonly<Record<string, string | undefined>> = process.versions): void {
  for (const [runtime, [major, minor]] of Object.entries(LOWEST)) {
    const version = versions[runtime];
    if (version === undefined) {
      continue;
    }
    const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
    if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
      throw new Error(
        `nestjs-cors-policy needs ${NAMES[runtime]} ${major}.${minor} or later, and this is ${version}. On older versions ` +
          'responses can be sent without the CORS headers of their policy, and without Vary: Origin.',
      );
    }
  }
}
