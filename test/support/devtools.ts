import type { TestApp } from './app.js';

const LINE = /The development page(?: \(.*\))? is at (\S+)$/;

/** The address of the development page with its token, as the log prints it. */
export function pageAddress({ logs }: Pick<TestApp, 'logs'>): string {
  const [address] = logs.flatMap((line) => LINE.exec(line)?.[1] ?? []);
  if (address === undefined) {
    throw new Error(`The log does not contain the address of the development page:\n${logs.join('\n')}`);
  }
  return address;
}

/** The header that sends the token of the development page. */
export function tokenHeader(started: Pick<TestApp, 'logs'>): { readonly Authorization: string } {
  return { Authorization: `Bearer ${new URL(pageAddress(started)).searchParams.get('token')}` };
}

/** The same app. Its `get()` sends the token of the development page. */
export function withToken(started: TestApp): TestApp {
  const token = tokenHeader(started);
  return { ...started, get: (path, origin, headers) => started.get(path, origin, { ...token, ...headers }) };
}
