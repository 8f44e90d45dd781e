export type { ChangeFeed, ChangeListener } from './providers/ports.js';
export type { CorsIssue } from './core/issues/issues.js';
export { CorsOriginEntity } from './integrations/typeorm/cors-origin.entity.js';
export { CorsAllowlistVersion } from './integrations/typeorm/cors-allowlist-version.entity.js';
export { CreateCorsOrigins1763683200000 } from './integrations/typeorm/create-cors-origins.migration.js';
export { HardenCorsOrigins1764115200000 } from './integrations/typeorm/harden-cors-origins.migration.js';
export { UnlockCorsOrigins1764201600000 } from './integrations/typeorm/unlock-cors-origins.migration.js';
export { corsEntities, corsMigrations } from './integrations/typeorm/schema.js';
export { TypeOrmOrigins } from './integrations/typeorm/typeorm-origins.js';
export { TypeOrmAllowlist } from './integrations/typeorm/typeorm-allowlist.js';
export type { StoredListReference } from './integrations/typeorm/reference.js';
export { CorsTypeOrmModule, type CorsTypeOrmOptions } from './integrations/typeorm/typeorm.module.js';
export {
  CorsOrigins,
  type CorsOriginEntry,
  type CorsOriginKey,
  type CorsOriginPage,
  type CorsOriginQuery,
  type NewCorsOrigin,
} from './integrations/typeorm/cors-origins.js';
export {
  CorsOriginConflict,
  CorsOriginInvalid,
  CorsOriginNotFound,
  CorsOriginsUnavailable,
} from './integrations/typeorm/errors.js';
