import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { CreateCorsOrigins1763683200000 } from './create-cors-origins.migration.js';

/** For `entities` of a data source, or `TypeOrmModule.forFeature()`. */
export const corsEntities: readonly [typeof CorsOriginEntity, typeof CorsAllowlistVersion] = [
  CorsOriginEntity,
  CorsAllowlistVersion,
];

/** For `migrations` of a data source on PostgreSQL, MariaDB, MySQL or SQLite. */
export const corsMigrations: readonly [typeof CreateCorsOrigins1763683200000] = [CreateCorsOrigins1763683200000];
