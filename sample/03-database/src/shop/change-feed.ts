import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { PostgresNotify } from 'nestjs-cors-policy/postgres';
import { RedisNotify } from 'nestjs-cors-policy/redis';
import type { ChangeFeed } from 'nestjs-cors-policy/typeorm';
import { isEmbedded } from './database.js';

export const CHANGE_FEED = Symbol('the feed of changes');

/**
 * Redis if it is available, otherwise PostgreSQL itself. A database file reports no changes, so each instance then
 * polls the version of the list.
 */
function changeFeed(config: ConfigService): ChangeFeed | null {
  const database = config.getOrThrow<string>('DATABASE_URL');
  const redis = config.get<string>('REDIS_URL');
  if (redis !== undefined) {
    return new RedisNotify({ connection: redis });
  }
  return isEmbedded(database) ? null : new PostgresNotify({ connection: database });
}

@Module({
  providers: [{ provide: CHANGE_FEED, inject: [ConfigService], useFactory: changeFeed }],
  exports: [CHANGE_FEED],
})
export class ChangeFeedModule {}
