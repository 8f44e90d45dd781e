// What finding a route and matching an origin cost, as ratios measured side by side in one run: `npm run bench`.
//
// The engine alone is timed, on requests made by hand: what a platform and Nest spend beside it would hide it.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsInspector, CorsModule } from 'nestjs-cors-policy';
import { buildOriginMatcher } from '../dist/esm/core/origins/origin-matcher.js';
import { parseOriginPattern } from '../dist/esm/core/origins/origin-pattern.js';

const ROUNDS = 31;
const CALLS = 2_000;
const APP = 'https://app.example';

function appOf(routes) {
  class ManyController {}
  for (let index = 0; index < routes; index++) {
    const name = `handler${index}`;
    ManyController.prototype[name] = () => name;
    const descriptor = Object.getOwnPropertyDescriptor(ManyController.prototype, name);
    Get(`api/v1/resource${index}/:id`)(ManyController.prototype, name, descriptor);
  }
  Controller()(ManyController);
  class AppModule {}
  Module({
    imports: [CorsModule.forRoot({ defaultPolicy: { origin: APP } })],
    controllers: [ManyController],
  })(AppModule);
  return AppModule;
}

/** A request as a platform hands it to the engine. */
function requestOf(method, path, headers, native) {
  return {
    ...{ method, url: path, path, hostname: 'localhost', origin: headers.origin, native },
    header: (name) => headers[name],
    headerNames: () => Object.keys(headers),
    ownOrigin: () => 'http://localhost',
  };
}

async function engineOf(platform, routes) {
  const adapter = platform === 'fastify' ? [new FastifyAdapter()] : [];
  const app = await NestFactory.create(appOf(routes), ...adapter, { logger: false });
  await app.init();
  const { engine } = app.get(CorsInspector).boot.running;
  const path = `/api/v1/resource${routes - 1}/7`;
  // Fastify has found the route of an actual request before the engine is asked: only preflights are searched for.
  const native = { raw: { url: path }, params: { id: '7' }, routeOptions: { config: {} } };
  const actual = requestOf('GET', path, { origin: APP }, native);
  const headers = { origin: APP, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-a' };
  const preflight = requestOf('OPTIONS', path, headers, native);
  return { app, actual: () => engine.decide(actual), preflight: () => engine.decide(preflight) };
}

/** The median and the quartiles of `b`'s time over `a`'s, round by round. */
function compare(title, a, b) {
  const time = (run) => {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call++) {
      run();
    }
    return Number(process.hrtime.bigint() - start);
  };
  time(a);
  time(b);
  const ratios = Array.from({ length: ROUNDS }, (_, round) => {
    const [first, second] = round % 2 === 0 ? [time(a), time(b)] : [time(b), time(a)].reverse();
    return second / first;
  }).sort((x, y) => x - y);
  const at = (share) => ratios[Math.floor(share * (ROUNDS - 1))].toFixed(2);
  console.log(`${title.padEnd(58)} ${at(0.5)}  (${at(0.25)} to ${at(0.75)})`);
}

console.log('What the larger costs, as a multiple of the smaller: median (quartiles)\n');
for (const platform of ['express', 'fastify']) {
  const few = await engineOf(platform, 10);
  const many = await engineOf(platform, 5_000);
  compare(`${platform}: actual request, 5,000 routes against 10`, few.actual, many.actual);
  compare(`${platform}: preflight, 5,000 routes against 10`, few.preflight, many.preflight);
  await Promise.all([few.app.close(), many.app.close()]);
}
const matcherOf = (count, toText) =>
  buildOriginMatcher(Array.from({ length: count }, (_, index) => parseOriginPattern(toText(index))));
const exact = (index) => `https://tenant-${index}.example.com`;
const wildcard = (index) => `https://*.tenant-${index}.example.com`;
for (const [title, toText, asked] of [
  ['exact origins', exact, (index) => exact(index)],
  ['wildcard patterns', wildcard, (index) => `https://app.tenant-${index}.example.com`],
]) {
  const large = title === 'exact origins' ? 1_000_000 : 10_000;
  const [few, many] = [matcherOf(3, toText), matcherOf(large, toText)];
  compare(
    `origin: ${large.toLocaleString('en')} ${title} against 3, admitted`,
    () => few.has(asked(2)),
    () => many.has(asked(2)),
  );
  compare(
    `origin: ${large.toLocaleString('en')} ${title} against 3, refused`,
    () => few.has(APP),
    () => many.has(APP),
  );
}
