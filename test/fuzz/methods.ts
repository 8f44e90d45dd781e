import { METHODS as KNOWN } from 'node:http';
import { RequestMethod } from '@nestjs/common';

/** The less common methods that the running Node can parse and the running Nest has a decorator for. */
export const RARE_METHODS = ['SEARCH', 'PROPFIND', 'LOCK', 'QUERY'].filter(
  (method) => method in RequestMethod && KNOWN.includes(method),
);

/** Every method that a handler may declare. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', ...RARE_METHODS];
