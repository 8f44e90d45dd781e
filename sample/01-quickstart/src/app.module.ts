import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { CorsModule } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';
import { AdminModule } from './admin/admin.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { developmentPage } from './development-page.js';
import { OrdersModule } from './orders/orders.module.js';
import { SessionModule } from './session/session.module.js';
import { TenantOrigins } from './tenants/tenant-origins.js';
import { TenantsModule } from './tenants/tenants.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    CorsModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        policies: {
          // Any page may read it without cookies. No page may read it with cookies.
          public: { origin: '*', exposedHeaders: ['X-Total-Count'], maxAge: 600 },

          // A fixed list from the configuration, with cookies. With `enforce`, a request from another origin gets 403
          // before the handler runs. Without it, the request is served and the browser hides the answer.
          partner: {
            origin: config.getOrThrow<string>('PARTNER_ORIGINS'),
            credentials: true,
            methods: ['GET', 'POST', 'PUT'],
            allowedHeaders: ['Content-Type'],
            enforce: true,
          },

          // The tenants in the repository. TenantOrigins is a provider of this app, with its own dependencies.
          tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] },
        },
        // Without a `defaultPolicy`, a route without a policy is closed to other origins.
      }),
    }),
    // The development page at /__cors. In production it stops the startup.
    ...(process.env['NODE_ENV'] === 'production' ? [] : [CorsDevtoolsModule.forRoot(developmentPage)]),
    CatalogueModule,
    SessionModule,
    OrdersModule,
    TenantsModule,
    AdminModule,
  ],
})
export class AppModule {}
