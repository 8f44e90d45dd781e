import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from '../run.js';

/** Checks with publint that the entry points in the manifest exist, and that each has the module form that it promises. */
export async function formats({ root, manifest }) {
  const { messages } = await publint({ pkgDir: root, pack: false, strict: true, level: 'suggestion' });
  return messages.map((message) => formatMessage(message, manifest, { color: false }));
}

/** Checks with arethetypeswrong that node10, node16 (from CommonJS and from ES modules) and bundlers find the right types. */
export async function typesOfEachResolution({ tarball }) {
  const manifest = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');
  const attw = join(dirname(manifest), 'dist/index.js');
  try {
    await run(process.execPath, [attw, tarball, '--no-definitely-typed', '--format', 'ascii', '--no-color']);
    return [];
  } catch (error) {
    return error.message.split('\n');
  }
}
