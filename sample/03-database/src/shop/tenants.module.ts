import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CorsOriginEntity } from 'nestjs-cors-policy/typeorm';
import { CatalogueModule } from '../../../01-quickstart/src/catalogue/catalogue.module.js';
import { StorefrontController } from '../../../01-quickstart/src/tenants/storefront.controller.js';
import { TenantDirectory } from '../../../01-quickstart/src/tenants/tenant-repository.js';
import { AdminController } from './admin.controller.js';
import { DatabaseTenants } from './tenants.js';

/** The quickstart's storefront with tenants from the database, and the endpoint that adds tenants. */
@Module({
  imports: [CatalogueModule, TypeOrmModule.forFeature([CorsOriginEntity])],
  controllers: [StorefrontController, AdminController],
  providers: [{ provide: TenantDirectory, useClass: DatabaseTenants }],
})
export class TenantsModule {}
