/*
 * One instance of bench/push.js, in its own process: an app whose list is in PostgreSQL. It commits a change when its parent
 * asks for it. It reports the time at which each change, of any instance, came into effect here.
 */
import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsAllowlists, CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { PostgresNotify } from 'nestjs-cors-policy/postgres';
import { RedisNotify } from 'nestjs-cors-policy/redis';
import pg from 'pg';

const { MODE, SCHEMA, POSTGRES_URL, REDIS_URL } = process.env;
/** A clock that is the same in every process. */
const clock = () => performance.timeOrigin + performance.now();

const feeds = {
  postgres: () => new PostgresNotify({ connection: POSTGRES_URL, channel: SCHEMA }),
  redis: () => new RedisNotify({ connection: REDIS_URL, channel: SCHEMA }),
  polling: () => undefined,
};
const feed = feeds[MODE]();
const pool = new pg.Pool({ connectionString: POSTGRES_URL, max: 4, options: `-c search_path=${SCHEMA}` });

/** The first change that is not in effect here yet. `seen` contains later changes that are. */
let next = 0;
const seen = new Set();

/** Selects the list and, in the same snapshot of the database, the changes that are part of it. */
const SELECT = `
SELECT (SELECT coalesce(json_agg(origin), '[]') FROM origins) AS origins,
       (SELECT coalesce(json_agg(change), '[]') FROM changes WHERE change >= $1) AS changes`;

class Origins {
  async version() {
    return (await pool.query('SELECT count(*) FROM changes')).rows[0].count;
  }

  async load() {
    const { origins, changes } = (await pool.query(SELECT, [next])).rows[0];
    void this.tellOnceInEffect(changes.filter((change) => !seen.has(change)));
    return origins;
  }

  async tellOnceInEffect(changes) {
    if (changes.length === 0) {
      return;
    }
    const listOf = () => app.get(CorsAllowlists).status()[0].loadedAt;
    const before = listOf();
    while (listOf() === before) {
      await nextTurn();
    }
    const at = clock();
    changes.forEach((change) => seen.add(change));
    while (seen.delete(next)) {
      next++;
    }
    process.send({ effects: changes.map((change) => ({ change, at })) });
  }
}
if (feed !== undefined) {
  Origins.prototype.watch = (changed) => feed.watch(changed, 'partners');
}

class OrdersController {
  list() {
    return 'served';
  }
}
Get()(OrdersController.prototype, 'list', Object.getOwnPropertyDescriptor(OrdersController.prototype, 'list'));
CorsPolicy('partners')(OrdersController);
Controller('orders')(OrdersController);

class AppModule {}
Module({
  imports: [CorsModule.forRoot({ policies: { partners: { origin: Origins } } })],
  controllers: [OrdersController],
  providers: [Origins],
})(AppModule);

/** Adds or removes an origin, and records the change in the same transaction. */
async function commit({ change, sql, origin }) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql, [origin]);
    await client.query('INSERT INTO changes VALUES ($1)', [change]);
    await client.query('COMMIT');
    process.send({ committed: { change, at: clock() } });
  } finally {
    client.release();
  }
  // On a busy machine the connection may be lost meanwhile. What it missed is looked for once it is there again.
  await feed?.announce?.('partners').catch((error) => console.error(`not announced: ${error.message}`));
}

/** Sends the app a request from each of these origins, and reports the origins that it allows. */
async function admitted(origins) {
  const url = `${await app.getUrl()}/orders`;
  const answers = [];
  for (const origin of origins) {
    const response = await fetch(url, { headers: { origin } });
    await response.text();
    answers.push(response.headers.get('access-control-allow-origin'));
  }
  process.send({ admitted: answers.filter((origin) => origin !== null) });
}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], forceCloseConnections: true });
await app.listen(0, '127.0.0.1');
process.on('message', ({ commit: change, ask }) => void (change ? commit(change) : admitted(ask)));
process.on('disconnect', () => void app.close().then(() => pool.end()));
process.send({ ready: true });
