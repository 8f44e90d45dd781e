import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CorsModule } from 'nestjs-cors-policy';
import { CorsTypeOrmModule, TypeOrmOrigins } from 'nestjs-cors-policy/typeorm';
import { CatalogueModule } from '../../../01-quickstart/src/catalogue/catalogue.module.js';
import { CHANGE_FEED, ChangeFeedModule } from './change-feed.js';
import { dataSourceOptions } from './database.js';
import { TENANTS } from './tenants.js';
import { TenantsModule } from './tenants.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => dataSourceOptions(config.getOrThrow<string>('DATABASE_URL')),
    }),

    // The tables, and the feed that reports changes in them. Without a feed, their version is read every second.
    CorsTypeOrmModule.forRoot({ feed: CHANGE_FEED, imports: [ChangeFeedModule] }),
    CorsModule.forRoot({
      policies: {
        public: { origin: '*', exposedHeaders: ['X-Total-Count'], maxAge: 600 },
        tenant: {
          origin: TypeOrmOrigins.forAllowlist(TENANTS),
          credentials: true,
          allowedHeaders: ['Content-Type'],
        },
      },
    }),
    CatalogueModule,
    TenantsModule,
  ],
})
export class AppModule {}
