export type { FeedTimes } from './allowlists/feed-options.js';
export type { AllowlistLog } from './allowlists/log.js';
export type { ChangeFeed } from './allowlists/ports.js';
export type { PostgresConnection } from './postgres/connection.js';
export { PostgresNotify, type PostgresNotifyOptions } from './postgres/postgres-notify.js';
export { postgresNotifyTrigger, type NotifyStatements, type NotifyTriggerOptions } from './postgres/notify-trigger.js';
