import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
} from '@nestjs/common';
import { CorsAllowlists, NoCors } from 'nestjs-cors-policy';
import { TenantOrigins } from '../tenants/tenant-origins.js';
import type { Tenant } from '../tenants/tenant-repository.js';
import { TenantRepository } from '../tenants/tenant-repository.js';

/** The back office, called by the operator's own tools. No page of another origin may use it. A real one has a guard. */
@NoCors()
@Controller('admin')
export class AdminController {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly allowlists: CorsAllowlists,
  ) {}

  @Get('sales')
  sales(): { today: number } {
    return { today: 42 };
  }

  /** Adds a tenant. With `refresh()` the tenant need not wait for the next regular load. */
  @Post('tenants')
  async add(@Body('id') id: unknown, @Body('origin') origin: unknown): Promise<Tenant> {
    if (typeof id !== 'string' || typeof origin !== 'string') {
      throw new BadRequestException('Send an id and an origin');
    }
    await this.tenants.save({ id, origin });
    await this.allowlists.refresh(TenantOrigins);
    return { id, origin };
  }

  @Delete('tenants/:id')
  @HttpCode(204)
  async remove(@Param('id') id: string): Promise<void> {
    if (!(await this.tenants.remove(id))) {
      throw new NotFoundException(`There is no tenant "${id}"`);
    }
    await this.allowlists.refresh(TenantOrigins);
  }
}
