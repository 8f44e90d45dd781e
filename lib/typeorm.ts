export type { ChangeFeed } from './allowlists/ports.js';
export type { CorsIssue } from './core/problems/issues.js';
export { CorsOriginEntity } from './typeorm/cors-origin.entity.js';
export { CorsAllowlistVersion } from './typeorm/cors-allowlist-version.entity.js';
export { CreateCorsOrigins1763683200000 } from './typeorm/create-cors-origins.migration.js';
export { corsEntities, corsMigrations } from './typeorm/schema.js';
export { TypeOrmOrigins } from './typeorm/typeorm-origins.js';
export { TypeOrmAllowlist } from './typeorm/typeorm-allowlist.js';
export type { StoredListReference } from './typeorm/reference.js';
export { CorsTypeOrmModule, type CorsTypeOrmOptions } from './typeorm/typeorm.module.js';
export {
  CorsOrigins,
  type CorsOriginEntry,
  type CorsOriginKey,
  type CorsOriginPage,
  type CorsOriginQuery,
  type NewCorsOrigin,
} from './typeorm/cors-origins.js';
export { CorsOriginConflict, CorsOriginInvalid, CorsOriginNotFound } from './typeorm/errors.js';
