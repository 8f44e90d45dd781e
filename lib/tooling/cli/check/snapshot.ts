import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { BOOLEAN_FIELDS } from '../../../core/policy/boolean-fields.js';
import { isObject } from '../../../core/issues/fields.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';
import type { Granted } from './grant.js';
import type { GatewayRule, Rule, Rules } from './rules.js';

/** The form of the file. A later one that cannot be read as this gets another number. */
const FORMAT = 'nestjs-cors-policy/snapshot/2';

/** Had the grants of routes, but not their order, so that the effect of a removed rule could not be found. */
const FIRST_FORMAT = 'nestjs-cors-policy/snapshot/1';

/** The grants of an app when its snapshot was written. */
export interface Snapshot {
  /** True if the app was booted without its providers: origins from the configuration are then known by key only. */
  readonly preview: boolean;
  readonly rules: Rules;
}

/** The text of a snapshot: stable order, one origin or header a line, so that its difference can be reviewed. */
export function snapshotText({ preview, rules }: Snapshot): string {
  const { platform, matching, defaultPolicy, entries, routes, gateways } = rules;
  const kept = { format: FORMAT, preview, platform, matching, defaultPolicy, entries, routes, gateways };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

/**
 * Reads a snapshot's text.
 *
 * @throws CommandFailure for what is none, or one of another format
 */
export function parseSnapshot(text: string, file: string): Snapshot {
  const broken = (what: string): CommandFailure =>
    new CommandFailure(
      `${quote(file)} is not a snapshot that this version can read: ${what}.`,
      'Write it again: --write.',
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw broken(/^[<=>]{7}/m.test(text) ? 'it contains the marks of a merge conflict' : 'it is not JSON');
  }
  if (isObject(data) && data['format'] === FIRST_FORMAT) {
    throw broken('an older version wrote it, without the order of the rules, which is compared now');
  }
  if (!isObject(data) || data['format'] !== FORMAT) {
    throw broken(`its format is ${quote(isObject(data) ? data['format'] : data)}, not ${quote(FORMAT)}`);
  }
  const { preview, platform, matching, defaultPolicy, entries, routes, gateways } = data;
  if (
    typeof preview !== 'boolean' ||
    (platform !== 'express' && platform !== 'fastify') ||
    !isMatching(matching) ||
    !isGranted(defaultPolicy) ||
    !Array.isArray(entries) ||
    !Array.isArray(routes) ||
    !(gateways === undefined || (Array.isArray(gateways) && gateways.every(isGateway)))
  ) {
    throw broken('a part is missing');
  }
  const wrong = [...(entries as unknown[]), ...(routes as unknown[])].find((rule) => !isRule(rule));
  if (wrong !== undefined) {
    throw broken(`${quote(isObject(wrong) ? wrong['path'] : wrong)} is no rule`);
  }
  return { preview, rules: { platform, matching, defaultPolicy, entries, routes, gateways } as Rules };
}

/** The snapshot in a file; `undefined` where there is no such file. */
export function readSnapshot(file: string): Snapshot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new CommandFailure(`${quote(file)} cannot be read: ${(error as Error).message}`);
  }
  return parseSnapshot(text, file);
}

/** Replaces the file in one step: a reader never gets half of it. */
export function writeSnapshot(file: string, snapshot: Snapshot): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, snapshotText(snapshot));
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new CommandFailure(`${quote(file)} cannot be written: ${(error as Error).message}`);
  }
}

function isRule(value: unknown): value is Rule {
  if (!isObject(value)) {
    return false;
  }
  const { name, path, methods, expression, host, version, policy, statesEnforcement } = value;
  return (
    typeof name === 'string' &&
    typeof path === 'string' &&
    isList(methods) &&
    [host, version].every((list) => list === undefined || isList(list)) &&
    [expression, statesEnforcement].every((flag) => flag === undefined || flag === true) &&
    (policy === undefined || isGranted(policy))
  );
}

function isGateway(value: unknown): value is GatewayRule {
  if (!isObject(value)) {
    return false;
  }
  const { name, path, port, namespace, expression, server, policy } = value;
  return (
    [name, path, namespace ?? ''].every((text) => typeof text === 'string') &&
    (port === undefined || typeof port === 'number') &&
    (expression === undefined || expression === true) &&
    (server === undefined || server === 'ws') &&
    isGranted(policy)
  );
}

function isGranted(value: unknown): value is Granted {
  if (value === null) {
    return true;
  }
  if (!isObject(value) || !isList(value['origin'])) {
    return false;
  }
  const { methods, allowedHeaders, exposedHeaders, maxAge, dangerously, enforce, resourcePolicy } = value;
  return (
    [methods, allowedHeaders, dangerously].every((list) => list === undefined || isList(list)) &&
    (exposedHeaders === undefined || exposedHeaders === '*' || isList(exposedHeaders)) &&
    (maxAge === undefined || typeof maxAge === 'number') &&
    (resourcePolicy === undefined || typeof resourcePolicy === 'string') &&
    (enforce === undefined || enforce === true || enforce === 'fetch-metadata') &&
    ['noCors', ...BOOLEAN_FIELDS].every((flag) => value[flag] === undefined || value[flag] === true)
  );
}

function isMatching(value: unknown): boolean {
  return isObject(value) && ['ignoresCase', 'ignoresEndSlash'].every((name) => typeof value[name] === 'boolean');
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
