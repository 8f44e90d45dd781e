import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { CorsModule } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';
import { developmentPage } from '../../../01-quickstart/src/development-page.js';
import { AdminModule } from '../../../01-quickstart/src/admin/admin.module.js';
import { SessionModule } from '../../../01-quickstart/src/session/session.module.js';
import { TenantOrigins } from '../../../01-quickstart/src/tenants/tenant-origins.js';
import { TenantsModule } from '../../../01-quickstart/src/tenants/tenants.module.js';
import { Chat } from './chat.js';
import { SocketIoChat } from './socket-io-chat.gateway.js';
import { WsChat } from './ws-chat.gateway.js';

/** All parts except the gateways: the quickstart's sessions, tenants, back office and policies. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    CorsModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        policies: {
          public: { origin: '*' },
          partner: {
            origin: config.getOrThrow<string>('PARTNER_ORIGINS'),
            credentials: true,
            allowedHeaders: ['Content-Type'],
            enforce: true,
          },
          // The current tenants may use the storefront and the chat. The options of a gateway cannot use a provider,
          // because Nest reads them before it creates providers.
          tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] },
        },
      }),
    }),
    ...(process.env['NODE_ENV'] === 'production' ? [] : [CorsDevtoolsModule.forRoot(developmentPage)]),
    SessionModule,
    TenantsModule,
    AdminModule,
  ],
  providers: [Chat],
  exports: [Chat],
})
class ShopModule {}

/** The shop with its chat on socket.io. */
@Module({ imports: [ShopModule], providers: [SocketIoChat] })
export class SocketIoShop {}

/** The shop with its chat on ws. */
@Module({ imports: [ShopModule], providers: [WsChat] })
export class WsShop {}
