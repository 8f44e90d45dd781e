import { PLATFORMS } from '../../support/app.js';
import { fuzzSockets } from './fuzz.js';

/** The fixed seed, so that a build fails only because of a change. Another seed tries other apps. */
const seed = Number(process.env.CORS_FUZZ_SEED ?? 1);
const apps = Number(process.env.CORS_FUZZ_SOCKET_APPS ?? 400);

const ADAPTERS = ['socket.io', 'ws'] as const;
const KINDS = PLATFORMS.flatMap((platform) => ADAPTERS.map((adapter) => [adapter, platform] as const));

test.each(KINDS)(
  'with %s on %s, a socket opens in random apps if and only if it opens in the reference',
  async (adapter, platform) => {
    const report = await fuzzSockets({ platform, adapter, apps: apps / KINDS.length, seed });
    expect(report.apps).toBeGreaterThan(apps / KINDS.length / 4);
    expect(Math.min(report.opened, report.refused)).toBeGreaterThan(report.apps);
    process.stdout.write(`${adapter} on ${platform}, seed ${seed}: ${JSON.stringify(report)}\n`);
  },
  300_000,
);
