import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { InMemoryTenants } from './in-memory-tenants.js';
import { StorefrontController } from './storefront.controller.js';
import { TenantOrigins } from './tenant-origins.js';
import { TenantDirectory, TenantRepository } from './tenant-repository.js';

@Module({
  imports: [CatalogueModule],
  controllers: [StorefrontController],
  providers: [
    { provide: TenantRepository, useClass: InMemoryTenants },
    { provide: TenantDirectory, useExisting: TenantRepository },
    TenantOrigins,
  ],
  exports: [TenantRepository],
})
export class TenantsModule {}
