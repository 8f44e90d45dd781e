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

/** What a tenant's own pages call. Who is a tenant changes while the app runs. */
@CorsPolicy('tenant')
@Controller('storefront')
export class StorefrontController {
  constructor(
    private readonly tenants: TenantDirectory,
    private readonly catalogue: Catalogue,
  ) {}

  /** The tenant follows from `Origin`: good enough to greet it. Anything secret needs a guard, as CORS is none. */
  @Get()
  async greet(@Headers('origin') origin?: string): Promise<{ tenant: string }> {
    const tenant = origin === undefined ? undefined : await this.tenants.findByOrigin(origin);
    if (!tenant) {
      throw new NotFoundException('No tenant has this origin');
    }
    return { tenant: tenant.id };
  }

  /** JSON from another origin: the browser asks first, by a preflight. */
  @Post('quotes')
  @HttpCode(200)
  quote(@Body('product') id: string, @Body('quantity') quantity: number): Quote {
    return { product: id, quantity, total: this.catalogue.find(id).price * quantity };
  }
}
