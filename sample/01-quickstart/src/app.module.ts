import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { CorsModule } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';
import { AdminModule } from './admin/admin.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
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
          // Anyone may read it, nobody with cookies.
          public: { origin: '*', exposedHeaders: ['X-Total-Count'], maxAge: 600 },

          // A fixed list from the configuration, with cookies. `enforce`: a stranger's request ends in 403 before
          // the handler runs, instead of being served and then hidden by the browser.
          partner: {
            origin: config.getOrThrow<string>('PARTNER_ORIGINS'),
            credentials: true,
            methods: ['GET', 'POST', 'PUT'],
            allowedHeaders: ['Content-Type'],
            enforce: true,
          },

          // Whoever is in the repository at the moment: a provider of this app, with its own dependencies.
          tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] },
        },
        // No `defaultPolicy`: a route without a policy stays closed to other origins.
      }),
    }),
    // The development page, at /__cors: it would refuse to boot in production.
    ...(process.env['NODE_ENV'] === 'production' ? [] : [CorsDevtoolsModule.forRoot()]),
    CatalogueModule,
    SessionModule,
    OrdersModule,
    TenantsModule,
    AdminModule,
  ],
})
export class AppModule {}
