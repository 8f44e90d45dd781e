import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Inject, Req, Res, SetMetadata, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { NoCors } from '../../nest/cors-policy.decorator.js';
import { Devtools } from './devtools.js';

/** The platform's own objects, or Node's: Fastify keeps Node's in `raw`. */
type Native<T> = T | { readonly raw: T; hijack?(): void };

/**
 * The controller that claims the page's path for `@NoCors()`. The middleware of the module answers first, before the
 * app's guards, which a page that is opened by hand has no token for; the handlers serve what does not come by there.
 */
export function controllerAt(path: string): Type {
  // What @ApiExcludeController() of @nestjs/swagger sets, which an app need not have: the page is no part of its API.
  @SetMetadata('swagger/apiExcludeController', [true])
  @NoCors()
  @Controller({ path, version: VERSION_NEUTRAL })
  class CorsDevtoolsController {
    constructor(@Inject(Devtools) private readonly devtools: Devtools) {}

    @Get(['', ':file'])
    page(@Req() request: Native<IncomingMessage>, @Res() response: Native<ServerResponse>): Promise<void> {
      if ('raw' in response) {
        response.hijack?.();
      }
      return this.devtools.serve(nativeOf(request), nativeOf(response));
    }
  }
  return CorsDevtoolsController;
}

function nativeOf<T extends object>(native: Native<T>): T {
  return 'raw' in native ? native.raw : native;
}
