import { Controller, Delete, Get, Header, Injectable, Post, Put } from '@nestjs/common';
import { CorsDevtoolsModule, type CorsDevtoolsOptions } from '../../lib/devtools.js';
import { CorsPolicy, NoCors, type OriginSource } from '../../lib/index.js';
import { type PlatformName, startApp, type TestApp } from '../support/app.js';

@Controller('catalogue')
@CorsPolicy('public')
class CatalogueController {
  @Get()
  list(): object {
    return { items: ['tea', '<img src=x onerror=alert(1)>'] };
  }

  @Get(':id')
  one(): string {
    return 'tea';
  }
}

@Controller('orders')
@CorsPolicy('frontend')
class OrdersController {
  @Get()
  list(): string[] {
    return ['order 1'];
  }

  @Put(':id')
  @CorsPolicy({ maxAge: 60 })
  update(): string {
    return 'updated';
  }

  @Delete(':id')
  @CorsPolicy({ methods: ['GET', 'PUT'] })
  remove(): string {
    return 'removed';
  }

  // The handler sets its own headers, which no prediction can know.
  @Get('own')
  @Header('Access-Control-Allow-Origin', '*')
  @CorsPolicy('partner')
  own(): string {
    return 'anyone';
  }
}

@Controller('storefront')
@CorsPolicy('tenant')
class StorefrontController {
  @Get(':tenant/products')
  products(): string[] {
    return [];
  }

  @Post(':tenant/baskets')
  basket(): string {
    return 'basket';
  }
}

@Controller('admin')
class AdminController {
  @Get('health')
  health(): string {
    return 'fine';
  }

  @Post('purge')
  @NoCors()
  purge(): string {
    return 'purged';
  }
}

@Injectable()
class TenantOrigins implements OriginSource {
  async load(): Promise<string[]> {
    return ['https://tea.example', 'https://coffee.example', 'https://BAD.example/'];
  }
}

/** Options of Chromium for the specs of the development page. */
export const CHROMIUM_ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
];

/**
 * Starts the small app that these specs open the page of: ten routes of four controllers.
 *
 * @param port of an app that is started again
 */
export function startDemo(
  platform: PlatformName,
  { port = 0, ...devtools }: CorsDevtoolsOptions & { readonly port?: number } = {},
): Promise<TestApp> {
  return startApp(
    {
      port,
      cors: {
        policies: {
          public: { origin: '*', maxAge: 600, exposedHeaders: ['X-Total-Count'] },
          frontend: { origin: ['http://localhost:*', 'https://shop.example'], credentials: true },
          partner: { origin: ['https://partner.example', 'https://*.partner.example'], credentials: true },
          tenant: { origin: TenantOrigins, credentials: true, enforce: true, reportOnly: 'partner' },
        },
      },
      imports: [CorsDevtoolsModule.forRoot(devtools)],
      controllers: [CatalogueController, OrdersController, StorefrontController, AdminController],
      providers: [TenantOrigins],
    },
    platform,
  );
}
