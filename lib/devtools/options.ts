import { quote } from '../core/problems/quote.js';

/** The second origin, from which the page sends real requests. */
export interface CorsTesterOptions {
  /**
   * Port on 127.0.0.1. Default: 0, any free one. Where policies admit the port of a front end in development, say
   * `http://localhost:5173`, its number makes the tester that very origin while the front end is not running.
   */
  readonly port?: number;
}

/** How `CorsDevtoolsModule.forRoot()` mounts the development page. */
export interface CorsDevtoolsOptions {
  /** Where the page stands, below the app's global prefix: literal segments. Default: `/__cors`. */
  readonly path?: string;
  /**
   * Names under which the page may be asked for besides those of this machine (`localhost`, `127.0.0.1`, `[::1]`),
   * without a port: for a container or a virtual machine. With them it answers other machines too, so that whoever
   * reaches the app can read its CORS configuration. Default: none.
   */
  readonly hosts?: readonly string[];
  /** The live tester; `false` leaves it out. Default: on any free port. */
  readonly tester?: false | CorsTesterOptions;
  /** Mounts the page though `NODE_ENV` is `production`, and says so in the boot log. Default: `false`. */
  readonly allowInProduction?: boolean;
}

/** The options with every default filled in. */
export interface DevtoolsSettings {
  /** Without a slash at either end. */
  readonly path: string;
  /** In lower case. */
  readonly hosts: ReadonlySet<string>;
  /** `undefined`: no tester. */
  readonly testerPort: number | undefined;
  readonly allowInProduction: boolean;
}

const FIELDS: readonly string[] = ['path', 'hosts', 'tester', 'allowInProduction'];
const PATH = /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/;
const HOST = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/;
const MAX_PORT = 65_535;

/**
 * Reads the options.
 *
 * @throws Error that names the first wrong one
 */
export function readOptions(options: CorsDevtoolsOptions): DevtoolsSettings {
  const unknown = Object.keys(options).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    fail(`${quote(unknown)} is not an option; there are ${FIELDS.join(', ')}`);
  }
  const { path = '/__cors', hosts = [], tester = {}, allowInProduction = false } = options;
  if (typeof path !== 'string' || !PATH.test(path)) {
    fail(`path is ${quote(path)}; write literal segments, as in '/__cors'`);
  }
  if (!Array.isArray(hosts)) {
    fail(`hosts is ${quote(hosts)}; write a list of names, as in ['app.test']`);
  }
  const names = (hosts as readonly unknown[]).map((host) =>
    typeof host === 'string' && HOST.test(host.toLowerCase())
      ? host.toLowerCase()
      : fail(`hosts holds ${quote(host)}; write a name without scheme and port, as in 'app.test'`),
  );
  if (typeof allowInProduction !== 'boolean') {
    fail(`allowInProduction is ${quote(allowInProduction)}; it is true or false`);
  }
  return Object.freeze({
    path: path.replace(/^\/|\/$/g, ''),
    hosts: new Set(names),
    testerPort: tester === false ? undefined : readPort(tester),
    allowInProduction,
  });
}

function readPort(tester: CorsTesterOptions): number {
  if (typeof tester !== 'object' || tester === null || Object.keys(tester).some((field) => field !== 'port')) {
    return fail(`tester is ${quote(tester)}; write { port: 5173 }, or false`);
  }
  const { port = 0 } = tester;
  return Number.isInteger(port) && port >= 0 && port <= MAX_PORT
    ? port
    : fail(`tester.port is ${quote(port)}; it is a whole number from 0 (any) to ${MAX_PORT}`);
}

function fail(why: string): never {
  throw new Error(`CorsDevtoolsModule.forRoot(): ${why}.`);
}
