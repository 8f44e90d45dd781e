import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { quote } from '../../core/problems/quote.js';
import { CommandFailure } from '../failure.js';
import type { Granted, Grants } from './grant.js';

/** The form of the file. A later one that cannot be read as this gets another number. */
const FORMAT = 'nestjs-cors-policy/snapshot/1';

/** What an app granted when its snapshot was written. */
export interface Snapshot {
  /** Whether the app was booted without its providers: origins from the configuration are then known by key only. */
  readonly preview: boolean;
  readonly grants: Grants;
}

/** The text of a snapshot: stable order, one origin or header a line, so that its difference can be reviewed. */
export function snapshotText({ preview, grants }: Snapshot): string {
  const { defaultPolicy, routes } = grants;
  return `${JSON.stringify({ format: FORMAT, preview, defaultPolicy, routes }, null, 2)}\n`;
}

/**
 * Reads a snapshot's text.
 *
 * @throws CommandFailure for what is none, or one of another format
 */
export function parseSnapshot(text: string, file: string): Snapshot {
  const broken = (what: string): CommandFailure =>
    new CommandFailure(
      `${quote(file)} is no snapshot that this version can read: ${what}.`,
      'Write it again: --write.',
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw broken(/^[<=>]{7}/m.test(text) ? 'it holds the marks of a merge conflict' : 'it is not JSON');
  }
  if (!isRecord(data) || data['format'] !== FORMAT) {
    throw broken(`its format is ${quote(isRecord(data) ? data['format'] : data)}, not ${quote(FORMAT)}`);
  }
  const { preview, defaultPolicy, routes } = data;
  if (typeof preview !== 'boolean' || !isGranted(defaultPolicy) || !isRecord(routes)) {
    throw broken('a part is missing');
  }
  for (const [route, granted] of Object.entries(routes)) {
    if (!isGranted(granted)) {
      throw broken(`the entry ${quote(route)} is no grant`);
    }
  }
  return { preview, grants: { defaultPolicy, routes: routes as Grants['routes'] } };
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

/** Writes the file whole: whoever reads it meanwhile reads the one before. */
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

function isGranted(value: unknown): value is Granted {
  if (value === null || value === '@NoCors()') {
    return true;
  }
  if (!isRecord(value) || !isList(value['origin'])) {
    return false;
  }
  const { methods, allowedHeaders, exposedHeaders, maxAge, dangerously } = value;
  return (
    [methods, allowedHeaders, dangerously].every((list) => list === undefined || isList(list)) &&
    (exposedHeaders === undefined || exposedHeaders === '*' || isList(exposedHeaders)) &&
    (maxAge === undefined || typeof maxAge === 'number') &&
    ['credentials', 'enforce', 'privateNetwork'].every((flag) => value[flag] === undefined || value[flag] === true)
  );
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
