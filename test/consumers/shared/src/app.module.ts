// The app of every consumer. It imports only packages, because each module form spells imports of files differently.
import { type CanActivate, Controller, Get, Injectable, Module, Put, Req, UseGuards } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ConfigOrigins, CorsInspector, CorsModule, CorsPolicy, NoCors, type OriginSource } from 'nestjs-cors-policy';

@Injectable()
export class TenantRepository {
  find() {
    return Promise.resolve([{ origin: 'https://tenant.example' }]);
  }
}

@Injectable()
export class TenantOrigins implements OriginSource {
  constructor(private readonly tenants: TenantRepository) {}

  async load() {
    return (await this.tenants.find()).map(({ origin }) => origin);
  }
}

@Injectable()
export class DenyAll implements CanActivate {
  canActivate() {
    return false;
  }
}

@CorsPolicy('tenant')
@Controller('orders')
export class OrdersController {
  constructor(private readonly inspector: CorsInspector) {}

  @Put(':id')
  @UseGuards(DenyAll)
  update() {
    return {};
  }

  @Get('trusted')
  trusted(@Req() request: object) {
    return { trusted: this.inspector.isTrusted(request) };
  }

  @Get('purge')
  @NoCors()
  purge() {
    return {};
  }

  @Get('catalog')
  @CorsPolicy('partner', { maxAge: 60 })
  catalog() {
    return [];
  }
}

@Module({
  imports: [
    ConfigModule.forRoot({
      ignoreEnvFile: true,
      isGlobal: true,
      load: [() => ({ CORS_ORIGINS: 'https://partner.example, https://*.partner.example' })],
    }),
    CorsModule.forRoot({
      policies: {
        partner: { origin: ConfigOrigins.forKey('CORS_ORIGINS') },
        tenant: { origin: TenantOrigins, credentials: true, exposedHeaders: ['X-Total-Count'] },
      },
      defaultPolicy: { origin: '*' },
    }),
  ],
  controllers: [OrdersController],
  providers: [TenantRepository, TenantOrigins],
})
export class AppModule {}
