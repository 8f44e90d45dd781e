import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Longest time that a secret is used by further starts, in milliseconds. */
const MAX_AGE_MS = 24 * 60 * 60 * 1_000;
const MAX_BYTES = 1_024;
/** Longest time that a start needs to write the file, in milliseconds. */
const WRITING_MS = 20;
/** An empty file that is older than this was left behind, in milliseconds. */
const LEFT_MS = 2_000;
const ATTEMPTS = 3;
/** 192 bits. */
const BYTES = 24;
const SECRET = /^[\w-]{32}$/;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** The bits of a mode by which others read, write or enter. */
const OTHERS = 0o077;

export function randomSecret(): string {
  return randomBytes(BYTES).toString('base64url');
}

/**
 * The secret of a project's development page, which the next starts of the app use too: an open page then goes on after
 * a restart. It is in `node_modules/.cache/nestjs-cors-policy`, which only its owner may read, for 24 hours.
 *
 * @param folder folder of the project, which has `node_modules`, or one below it
 * @param now milliseconds since 1970
 * @returns a secret of this start alone, where none can be kept safely
 */
export function keptSecret(folder: string, now = Date.now()): string {
  const user = process.getuid?.();
  if (user === undefined) {
    // Windows does not say whose a file is, nor who may read it.
    return randomSecret();
  }
  try {
    const file = join(folderIn(projectOf(folder), user), 'page.json');
    return readKept(file, user, now) ?? firstSecret(file, user, now);
  } catch {
    return randomSecret();
  }
}

/** Keeps a new secret. Several starts may do so at the same time: all of them use that of the first one. */
function firstSecret(file: string, user: number, now: number): string {
  const secret = randomSecret();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (create(file, JSON.stringify({ secret, created: now }))) {
      return secret;
    }
    // The file is one that is of no use, or another start is writing it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WRITING_MS);
    const known = readKept(file, user, now);
    if (known !== undefined) {
      return known;
    }
    removeUseless(file, user, now);
  }
  return secret;
}

/** The nearest folder with `node_modules`: a workspace may have none of its own. */
function projectOf(folder: string): string {
  const above = dirname(folder);
  return above === folder || lstatSync(join(folder, 'node_modules'), { throwIfNoEntry: false }) !== undefined
    ? folder
    : projectOf(above);
}

/** @throws Error where the folder is not the user's own, is open to others, or cannot be made */
function folderIn(project: string, user: number): string {
  const modules = join(project, 'node_modules');
  const cache = join(modules, '.cache');
  const own = join(cache, 'nestjs-cors-policy');
  expectFolder(modules);
  make(cache);
  make(own);
  const stats = expectFolder(own);
  if (!isOwn(stats, user)) {
    throw new Error('The folder belongs to someone else, or is open to others.');
  }
  return own;
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  expectFolder(folder);
}

/** A symbolic link is no folder here: it could lead to one of someone else. */
function expectFolder(path: string): Stats {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) {
    throw new Error('Not a folder.');
  }
  return stats;
}

function isOwn({ uid, mode }: Stats, user: number): boolean {
  return uid === user && (mode & OTHERS) === 0;
}

function readKept(file: string, user: number, now: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.nlink !== 1 || stats.size > MAX_BYTES || !isOwn(stats, user)) {
      return undefined;
    }
    const { secret, created } = JSON.parse(readFileSync(descriptor, 'utf8')) as Record<string, unknown>;
    const isValid = typeof secret === 'string' && SECRET.test(secret) && typeof created === 'number';
    return isValid && created <= now && now - created < MAX_AGE_MS ? secret : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** @returns false where there is a file already, or a symbolic link */
function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: FILE_MODE });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Moves the file before it looks at it again: only one start can move it. One that was replaced meanwhile goes back. */
function removeUseless(file: string, user: number, now: number): void {
  if (isBeingWritten(file)) {
    return;
  }
  const aside = `${file}.${randomSecret()}.old`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // In this order: the text may arrive between the two looks.
  if (isBeingWritten(aside) || readKept(aside, user, now) !== undefined) {
    renameSync(aside, file);
  } else {
    rmSync(aside);
  }
}

/** A file is empty for a moment after it was created. An older one was left by a start that was ended. */
function isBeingWritten(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.size === 0 && Date.now() - stats.mtimeMs < LEFT_MS;
}
