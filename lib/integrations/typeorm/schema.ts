import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { CreateCorsOrigins1763683200000 } from './create-cors-origins.migration.js';
import { HardenCorsOrigins1764115200000 } from './harden-cors-origins.migration.js';
import { UnlockCorsOrigins1764201600000 } from './unlock-cors-origins.migration.js';

/**
 * For `entities` of a data source, or `TypeOrmModule.forFeature()`.
 *
 * @example
 * new DataSource({ type: 'postgres', entities: [...corsEntities], migrations: [...corsMigrations] });
 */
export const corsEntities: readonly [typeof CorsOriginEntity, typeof CorsAllowlistVersion] = [
  CorsOriginEntity,
  CorsAllowlistVersion,
];

/**
 * For `migrations` of a data source on PostgreSQL, MariaDB, MySQL or SQLite.
 *
 * @example
 * new DataSource({ type: 'postgres', entities: [...corsEntities], migrations: [...corsMigrations] });
 */
export const corsMigrations: readonly [
  typeof CreateCorsOrigins1763683200000,
  typeof HardenCorsOrigins1764115200000,
  typeof UnlockCorsOrigins1764201600000,
] = [CreateCorsOrigins1763683200000, HardenCorsOrigins1764115200000, UnlockCorsOrigins1764201600000];
