export type { FeedTimes } from './allowlists/feed-options.js';
export type { AllowlistLog } from './allowlists/log.js';
export type { ChangeFeed } from './allowlists/ports.js';
export { RedisNotify, type RedisNotifyOptions } from './redis/redis-notify.js';
