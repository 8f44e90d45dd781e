import { originProblem } from './page-origin.js';
import { expectFields, isObject } from '../../core/issues/fields.js';
import { quote } from '../../core/issues/text.js';

/**
 * The second origin, from which the page sends real requests.
 *
 * @example
 * CorsDevtoolsModule.forRoot({ tester: { port: 5173 } }); // the tester is http://localhost:5173
 */
export interface CorsTesterOptions {
  /**
   * Port on 127.0.0.1. Default: 0, any free one. Where policies allow the port of a front end in development, say
   * `http://localhost:5173`, its number makes the tester that very origin while the front end is not running.
   */
  readonly port?: number;
}

/**
 * Options of `CorsDevtoolsModule.forRoot()`.
 *
 * @example
 * CorsDevtoolsModule.forRoot({ path: '/__cors', origins: ['https://app.example'] });
 */
export interface CorsDevtoolsOptions {
  /** The path of the page, below the app's global prefix: literal segments. Default: `/__cors`. */
  readonly path?: string;
  /**
   * Names under which the page may be asked for besides those of this machine (`localhost`, `127.0.0.1`, `[::1]`),
   * without a port: for a container or a virtual machine. With them it answers other machines too, so that the
   * token alone guards the page. Default: none.
   */
  readonly hosts?: readonly string[];
  /** The live tester; `false` leaves it out. Default: on any free port. */
  readonly tester?: false | CorsTesterOptions;
  /**
   * Origins that the matrix begins with, besides those that policies name: of a list that a provider holds, say. At most 8.
   * A function is called each time the page is opened, and what it returns that is no origin is left out. Default: none.
   */
  readonly origins?: readonly string[] | (() => readonly string[]);
  /**
   * The secret in the address of the page: at least 22 characters of `A` to `Z`, `a` to `z`, `0` to `9`, `-` and `_`. For
   * tools, and for an address that stays the same. Default: a random one for each start, which the log prints.
   */
  readonly token?: string | undefined;
  /** Mounts the page though `NODE_ENV` is `production`, and says so in the boot log. Default: `false`. */
  readonly allowInProduction?: boolean;
}

/** The options with every default filled in. */
export interface DevtoolsSettings {
  /** Without a slash at either end. */
  readonly path: string;
  /** In lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly origins: () => readonly string[];
  /** `undefined`: no tester. */
  readonly testerPort: number | undefined;
  /** `undefined`: a random one. */
  readonly token: string | undefined;
  readonly allowInProduction: boolean;
}

const READER = 'CorsDevtoolsModule.forRoot()';
const FIELDS: readonly string[] = ['path', 'hosts', 'origins', 'tester', 'token', 'allowInProduction'];
const PATH = /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/;
const HOST = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/;
/** 22 characters of base64url are 128 bits. */
const TOKEN = /^[\w-]{22,256}$/;
const MAX_PORT = 65_535;
const MAX_ORIGINS = 8;

/**
 * Reads the options.
 *
 * @throws Error that names the first wrong one
 */
export function readOptions(options: CorsDevtoolsOptions): DevtoolsSettings {
  expectFields(options, FIELDS, READER);
  const { path = '/__cors', hosts = [], origins = [], tester = {}, token, allowInProduction = false } = options;
  if (typeof path !== 'string' || !PATH.test(path)) {
    fail(`path is ${quote(path)}; write literal segments, as in '/__cors'`);
  }
  if (!Array.isArray(hosts)) {
    fail(`hosts is ${quote(hosts)}; write a list of names, as in ['app.test']`);
  }
  const names = (hosts as readonly unknown[]).map((host) =>
    typeof host === 'string' && HOST.test(host.toLowerCase())
      ? host.toLowerCase()
      : fail(`hosts contains ${quote(host)}; write a name without scheme and port, as in 'app.test'`),
  );
  if (token !== undefined && (typeof token !== 'string' || !TOKEN.test(token))) {
    // The value is a secret, so the message does not quote it.
    fail("token is not 22 to 256 characters of A-Z, a-z, 0-9, '-' and '_'");
  }
  if (typeof allowInProduction !== 'boolean') {
    fail(`allowInProduction is ${quote(allowInProduction)}; it is true or false`);
  }
  return Object.freeze({
    path: path.replace(/^\/|\/$/g, ''),
    hosts: new Set(names),
    origins: readOrigins(origins),
    testerPort: tester === false ? undefined : readPort(tester),
    token,
    allowInProduction,
  });
}

function readOrigins(origins: NonNullable<CorsDevtoolsOptions['origins']>): () => readonly string[] {
  if (typeof origins === 'function') {
    return () => [...origins()].filter((origin) => originProblem(origin) === undefined).slice(0, MAX_ORIGINS);
  }
  if (!Array.isArray(origins) || origins.length > MAX_ORIGINS) {
    return fail(`origins is ${quote(origins)}; write a list of at most ${MAX_ORIGINS}, as in ['https://app.example']`);
  }
  for (const origin of origins as readonly unknown[]) {
    const problem = typeof origin === 'string' ? originProblem(origin) : { reason: `${quote(origin)} is not a text.` };
    if (problem !== undefined) {
      const hint = 'suggestion' in problem ? ` Did you mean ${quote(problem.suggestion)}?` : '';
      throw new Error(`${READER}: origins contains an origin that no page has. ${problem.reason}${hint}`);
    }
  }
  const given = Object.freeze([...(origins as string[])]);
  return () => given;
}

function readPort(tester: CorsTesterOptions): number {
  if (!isObject(tester)) {
    return fail(`tester is ${quote(tester)}; write { port: 5173 }, or false`);
  }
  expectFields(tester, ['port'], `${READER}, tester`);
  const { port = 0 } = tester as CorsTesterOptions;
  return Number.isInteger(port) && port >= 0 && port <= MAX_PORT
    ? port
    : fail(`tester.port is ${quote(port)}; it is a whole number from 0 (any) to ${MAX_PORT}`);
}

function fail(why: string): never {
  throw new Error(`${READER}: ${why}.`);
}
