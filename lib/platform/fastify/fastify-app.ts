import type { IncomingMessage } from 'node:http';
import type { RouterOptions } from './fastify-acceptance.js';
import type { Strategies } from './route-choice.js';
import type { FastifyContext, RecordedApp } from './route-log.js';

/** The part of a Fastify 5 instance that is read. */
export interface FastifyApp extends RecordedApp, Pick<FastifyContext, 'hasRequestDecorator'> {
  readonly version: string;
  readonly initialConfig: { readonly routerOptions?: object; readonly constraints?: Strategies };
  addHook: RecordedApp['addHook'] & ((name: 'onReady', hook: (done: (error?: Error) => void) => void) => unknown);
}

/** The options of an app's router, without its constraints. */
export function routerOptionsOf({ initialConfig }: FastifyApp): RouterOptions {
  const { constraints: _, ...options } = (initialConfig.routerOptions ?? oldOptions(initialConfig)) as Record<
    string,
    unknown
  >;
  return options;
}

/** The constraints that an app adds to those of Fastify. */
export function strategiesOf({ initialConfig }: FastifyApp): Strategies {
  const { constraints = initialConfig.constraints ?? {} } = (initialConfig.routerOptions ?? {}) as {
    constraints?: Strategies;
  };
  return constraints;
}

/** Fastify before 5.5 keeps the options of its router among the others. */
function oldOptions(config: object): object {
  const names = ['caseSensitive', 'ignoreTrailingSlash', 'ignoreDuplicateSlashes', 'useSemicolonDelimiter'];
  const known = [...names, 'maxParamLength', 'allowUnsafeRegex'];
  return Object.fromEntries(Object.entries(config).filter(([name]) => known.includes(name)));
}

/**
 * Changes the address of a request as the app's `rewriteUrl` does, before its route is looked for.
 *
 * @returns `false`: Fastify ends the connection, because the new address is no text
 */
export function rewriteAddress(app: FastifyApp, message: IncomingMessage & { originalUrl?: string }): boolean {
  const { rewriteUrl } = symbolProperty(app, 'fastify.options') as {
    readonly rewriteUrl?: (this: FastifyApp, message: IncomingMessage) => unknown;
  };
  if (!rewriteUrl) {
    return true;
  }
  const { url = '' } = message;
  message.originalUrl = url;
  const rewritten = rewriteUrl.call(app, message);
  message.url = typeof rewritten === 'string' ? rewritten : url;
  return message.url === rewritten;
}

/** Since 5.9 Fastify answers 414 to a parameter that is too long; before, its path is not found. */
export function refusesLong({ version }: FastifyApp): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || minor >= 9;
}

/** The property that Fastify or a plugin of it keeps under a symbol of its own. */
export function symbolProperty(object: object, description: string): unknown {
  const key = Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description);
  return key === undefined ? undefined : (object as Record<symbol, unknown>)[key];
}
