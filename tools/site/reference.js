// Writes the pages of the site that are made of other files: docs/reference, which is not committed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiPages } from './api.js';
import { CODE_FILES, codePages } from './codes.js';
import { commandPage } from './command.js';
import { documentPages } from './documents.js';

const folder = fileURLToPath(new URL('../../docs/reference/', import.meta.url));

function write(pages) {
  for (const { path, text } of pages) {
    mkdirSync(dirname(folder + path), { recursive: true });
    writeFileSync(folder + path, text);
  }
}

/** Writes the pages that take no time to make: those of the codes, and of documents outside of `docs`. */
export function writeTexts() {
  write([...CODE_FILES.flatMap(codePages), ...documentPages()]);
}

/** Writes all generated pages, and the sidebar of the reference. */
export async function writeReference() {
  rmSync(folder, { recursive: true, force: true });
  writeTexts();
  const [{ pages, sidebar }, command] = await Promise.all([apiPages(), commandPage()]);
  write([...pages, command, { path: 'sidebar.json', text: JSON.stringify(sidebar) }]);
}
