export type { FeedTimes } from './providers/feed/feed-options.js';
export type { AllowlistLog } from './providers/log.js';
export type { ChangeFeed, ChangeListener } from './providers/ports.js';
export type { PostgresConnection } from './integrations/postgres/connection.js';
export { PostgresNotify, type PostgresNotifyOptions } from './integrations/postgres/postgres-notify.js';
export {
  postgresNotifyTrigger,
  type NotifyStatements,
  type NotifyTriggerOptions,
} from './integrations/postgres/notify-trigger.js';
