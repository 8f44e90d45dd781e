import * as library from 'nestjs-cors-policy';
import { fuzzRouting } from './fuzz.js';
import type { FuzzApp } from './plan.js';

const apps = Number(process.env.CORS_FUZZ_APPS ?? 2_000);
const seed = Number(process.env.CORS_FUZZ_SEED ?? Date.now() % 2 ** 31);
const platforms = (process.env.CORS_FUZZ_PLATFORMS ?? 'express,fastify').split(',') as FuzzApp['platform'][];

for (const platform of platforms) {
  const started = performance.now();
  const share = Math.ceil(apps / platforms.length);
  try {
    const report = await fuzzRouting(library, { platform, apps: share, seed, requestsPerApp: 30 });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      `${platform}: ${report.apps} apps, ${report.requests} requests, no mismatch (seed ${seed}, ${seconds} s)`,
    );
  } catch (error) {
    console.error(`${platform}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
