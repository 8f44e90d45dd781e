import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { keptSecret } from '../../../../lib/tooling/devtools/kept-secret.js';

/** Runs in each thread: it waits for the others before each project. */
const THREAD = `
  const { keptSecret } = await import(workerData.module);
  const arrived = new Int32Array(workerData.arrived);
  const secrets = workerData.projects.map((project, round) => {
    Atomics.add(arrived, round, 1);
    while (Atomics.load(arrived, round) < workerData.threads);
    return keptSecret(project, workerData.now);
  });
  parentPort.postMessage(secrets);
`;

/** The secrets of projects that threads get at the same time, each a list of its own. */
async function atTheSameTime(threads: number, projects: readonly string[], now: number): Promise<string[][]> {
  const source = readFileSync(new URL('../../../../lib/tooling/devtools/kept-secret.ts', import.meta.url), 'utf8');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const module = `data:text/javascript,${encodeURIComponent(outputText)}`;
  const workerData = { module, projects, now, threads, arrived: new SharedArrayBuffer(4 * projects.length) };
  const code = `import { parentPort, workerData } from 'node:worker_threads';${THREAD}`;
  const address = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const workers = Array.from({ length: threads }, () => new Worker(address, { workerData }));
  return Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [string[]])[0]));
}

const HOUR = 60 * 60 * 1_000;
const FOLDER = join('node_modules', '.cache', 'nestjs-cors-policy');

describe('the kept secret of the development page', () => {
  let project: string;
  let outside: string;
  const folder = (): string => join(project, FOLDER);
  const file = (): string => join(folder(), 'page.json');

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'cors-project-'));
    outside = mkdtempSync(join(tmpdir(), 'cors-outside-'));
    mkdirSync(join(project, 'node_modules'));
  });
  afterEach(() => {
    rmSync(project, { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  });

  it('is used by the next starts, in a file that its owner alone can read', () => {
    const secret = keptSecret(project);

    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(keptSecret(project)).toBe(secret);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder())).toEqual(['page.json']);
  });

  it('is another one in another project, and after a day, whether or not it was used', () => {
    const secret = keptSecret(project, 0);
    mkdirSync(join(outside, 'node_modules'));

    expect(keptSecret(outside, 0)).not.toBe(secret);
    expect(keptSecret(project, 23 * HOUR)).toBe(secret);
    const second = keptSecret(project, 24 * HOUR);
    expect(second).not.toBe(secret);
    expect(keptSecret(project, 25 * HOUR)).toBe(second);
  });

  it('is not one of the future', () => {
    const secret = keptSecret(project, 5 * HOUR);

    expect(keptSecret(project, 4 * HOUR)).not.toBe(secret);
  });

  /** Each leaves a secret that must not be used. */
  const TAMPERED: Readonly<Record<string, () => void>> = {
    'a file that others can read': () => chmodSync(file(), 0o644),
    'a file under two names': () => linkSync(file(), join(project, 'second')),
    'a link in place of the file': () => {
      renameSync(file(), join(outside, 'page.json'));
      symlinkSync(join(outside, 'page.json'), file());
    },
    'a folder that others can enter': () => chmodSync(folder(), 0o755),
    'a link in place of the folder': () => {
      renameSync(folder(), join(outside, 'folder'));
      symlinkSync(join(outside, 'folder'), folder());
    },
    'a link in place of .cache': () => {
      renameSync(join(project, 'node_modules', '.cache'), join(outside, 'cache'));
      symlinkSync(join(outside, 'cache'), join(project, 'node_modules', '.cache'));
    },
    'a link in place of node_modules': () => {
      renameSync(join(project, 'node_modules'), join(outside, 'modules'));
      symlinkSync(join(outside, 'modules'), join(project, 'node_modules'));
    },
    'a file that is no JSON': () => writeFileSync(file(), 'x'),
    'a file of another shape': () => writeFileSync(file(), '{"secret":"short","created":0}'),
    'a large file': () => writeFileSync(file(), readFileSync(file(), 'utf8').padEnd(2_000)),
  };

  it.each(Object.entries(TAMPERED))('is not read from %s', (_, tamper) => {
    const secret = keptSecret(project);
    tamper();

    expect(keptSecret(project)).not.toBe(secret);
  });

  it.each([
    ['first starts', 0],
    ['starts a day later', 24 * HOUR],
  ])('is one of both where two %s are at the same time', async (_, age) => {
    const now = 100 * HOUR;
    const projects = Array.from({ length: 40 }, (_project, number) => join(project, String(number)));
    projects.forEach((each) => mkdirSync(join(each, 'node_modules'), { recursive: true }));
    if (age > 0) {
      projects.forEach((each) => keptSecret(each, now - age));
    }

    const [one, other] = await atTheSameTime(2, projects, now);
    expect(one).toEqual(other);
    expect(projects.map((each) => keptSecret(each, now))).toEqual(one);
    expect(projects.map((each) => readdirSync(join(each, FOLDER)))).toEqual(projects.map(() => ['page.json']));
  });

  it('is that of the project in its workspaces', () => {
    const workspace = join(project, 'apps', 'api');
    mkdirSync(workspace, { recursive: true });

    expect(keptSecret(workspace)).toBe(keptSecret(project));
    expect(readdirSync(workspace)).toEqual([]);
  });

  it('is of one start where there is no place for it', () => {
    rmSync(join(project, 'node_modules'), { recursive: true });

    expect(keptSecret(project)).not.toBe(keptSecret(project));
    expect(readdirSync(project)).toEqual([]);
  });

  it('is of one start where the owner of files is not known', () => {
    const getuid = process.getuid!;
    process.getuid = undefined as never;
    try {
      expect(keptSecret(project)).not.toBe(keptSecret(project));
    } finally {
      process.getuid = getuid;
    }
    expect(readdirSync(join(project, 'node_modules'))).toEqual([]);
  });

  it('is not read from a file of someone else', () => {
    const secret = keptSecret(project);
    const getuid = process.getuid!;
    process.getuid = () => getuid() + 1;
    try {
      expect(keptSecret(project)).not.toBe(secret);
    } finally {
      process.getuid = getuid;
    }
  });
});
