export type { FeedTimes } from './providers/feed/feed-options.js';
export type { AllowlistLog } from './providers/log.js';
export type { ChangeFeed, ChangeListener } from './providers/ports.js';
export { RedisNotify, type RedisNotifyOptions } from './integrations/redis/redis-notify.js';
