import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'latin1') }))
  .filter(({ text }) => !text.includes('\0'));

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The matches of a pattern, as `file: match`. */
function findings(pattern: RegExp): string[] {
  return tracked.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([match]) => `${path}: ${match}`));
}

describe('the repository', () => {
  it('locks versions and digests, not the addresses they were once fetched from', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved"');
  });

  it('locks the parts of a package for every platform, without which `npm ci` refuses to install', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));

    expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
  });

  it('mentions no package registry', () => {
    expect(findings(/https?:\/\/[^/\s"'`]*\b(registry|artifactory|nexus|verdaccio)\b[^\s"'`]*/g)).toEqual([]);
  });

  it('contains no path of a developer’s machine', () => {
    expect(findings(/(?<![\w.}~*:/-])\/(home|Users|root|work|mnt|tmp)\/[^\s"'`]*/g)).toEqual([]);
    expect(tracked.filter(({ text }) => text.includes(process.cwd())).map(({ path }) => path)).toEqual([]);
  });

  it('mentions only scripts that exist', () => {
    const named = tracked
      .filter(({ path }) => path.endsWith('.md') || path.startsWith('.ci/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => ({ path, name })),
      );

    expect(named.filter(({ name }) => manifest.scripts[name ?? ''] === undefined)).toEqual([]);
  });
});
