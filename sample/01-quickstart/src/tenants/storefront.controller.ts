import { Body, Controller, Get, HttpCode, NotFoundException, Headers, Post } from '@nestjs/common';
import { CorsPolicy } from 'nestjs-cors-policy';
import { Catalogue } from '../catalogue/catalogue.js';
import { TenantDirectory } from './tenant-repository.js';

interface Quote {
  readonly product: string;
  readonly quantity: number;
  /** In cents. */
  readonly total: number;
}

/** The routes for the tenants' own pages. The list of tenants changes while the app runs. */
@CorsPolicy('tenant')
@Controller('storefront')
export class StorefrontController {
  constructor(
    private readonly tenants: TenantDirectory,
    private readonly catalogue: Catalogue,
  ) {}

  /** Finds the tenant by `Origin`. That is enough to greet it. Secret data needs a guard, because CORS is not one. */
  @Get()
  async greet(@Headers('origin') origin?: string): Promise<{ tenant: string }> {
    const tenant = origin === undefined ? undefined : await this.tenants.findByOrigin(origin);
    if (!tenant) {
      throw new NotFoundException('No tenant has this origin');
    }
    return { tenant: tenant.id };
  }

  /** Receives JSON from another origin. The browser sends a preflight first. */
  @Post('quotes')
  @HttpCode(200)
  quote(@Body('product') id: string, @Body('quantity') quantity: number): Quote {
    return { product: id, quantity, total: this.catalogue.find(id).price * quantity };
  }
}
