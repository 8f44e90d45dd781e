import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'nestjs-cors-policy';

interface Manifest {
  readonly name?: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
}

const read = (manifest: string): Manifest => JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;

/** Finds the manifest of this copy of the package: above this file, however deep the build has put it. */
function ownManifest(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && read(manifest).name === NAME) {
      return manifest;
    }
    if (folder === dirname(folder)) {
      throw new Error(`${NAME} lacks its package.json: install the package anew.`);
    }
    folder = dirname(folder);
  }
}

/** The version of this copy of the package. */
export function packageVersion(): string {
  return read(ownManifest()).version;
}

/** The file of the command in this copy of the package. */
export function ownCommand(): string {
  return commandOf(ownManifest())!;
}

/**
 * The command of the package that the app itself has installed: the one to boot it with, also where the command was
 * started from another copy (of npx, of a monorepo's root). `undefined` where the app has none.
 */
export function installedCommand(file: string): string | undefined {
  try {
    return commandOf(createRequire(file).resolve(`${NAME}/package.json`));
  } catch {
    return undefined;
  }
}

function commandOf(manifest: string): string | undefined {
  const entry = read(manifest).bin?.['cors-policy'];
  const file = entry && join(dirname(manifest), entry);
  return file !== undefined && existsSync(file) ? file : undefined;
}
