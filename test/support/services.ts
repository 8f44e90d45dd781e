/** A service that some tests need and some machines do not have. */
export type ServiceName = 'postgres' | 'mariadb' | 'redis' | 'nats' | ExecutableName;
type ExecutableName = 'chromium' | 'firefox' | 'postgres_server' | 'redis_server' | 'script' | 'zsh' | 'fish';

type Outcome = { readonly address: string } | { readonly missing: string };

/** Marks a block that was left out, so that the reporter can name the service. */
const mark = (service: ServiceName): string => `[needs ${service}]`;

function outcomeOf(service: ServiceName): Outcome {
  const found = process.env['CORS_TEST_SERVICES'];
  if (found === undefined) {
    throw new Error('The services were not detected: run the tests with `npm test`');
  }
  const outcome = (JSON.parse(found) as Record<string, Outcome>)[service];
  if (outcome === undefined) {
    throw new Error(`There is no service ${service}`);
  }
  return outcome;
}

/** The address of a service: a URL, or the path of an executable. Throws an error with the reason if it is missing. */
export function requireService(service: ServiceName): string {
  const outcome = outcomeOf(service);
  if ('missing' in outcome) {
    throw new Error(`${service} is missing: ${outcome.missing}`);
  }
  return outcome.address;
}

/**
 * A `describe` for tests that need a service. They receive its address. If the service is missing, the tests are
 * skipped and reported at the end of the run. `body` is called even then, to count the tests, so it must not use the
 * address outside of hooks and tests.
 */
export function describeWith(service: ServiceName, title: string, body: (address: string) => void): void {
  const outcome = outcomeOf(service);
  if ('address' in outcome) {
    describe(title, () => body(outcome.address));
  } else {
    // eslint-disable-next-line no-restricted-syntax -- the only skip; the end of the run reports it
    describe.skip(`${title} ${mark(service)}`, () => body(''));
  }
}
