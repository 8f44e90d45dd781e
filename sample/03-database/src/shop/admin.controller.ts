import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Post,
  Query,
  UseGuards,
  ParseIntPipe,
} from '@nestjs/common';
import { NoCors } from 'nestjs-cors-policy';
import { type CorsOriginEntry, type CorsOriginPage, CorsOrigins } from 'nestjs-cors-policy/typeorm';
import { AdminTokenGuard } from './admin-token.guard.js';
import { TENANTS } from './tenants.js';

/**
 * The origins of tenants, for the operator's own tools. It is closed to pages of other origins and to requests without
 * a token. Before it writes, `CorsOrigins` applies the checks of the policies that use the list. Nest turns its errors
 * into the answers 400, 404 or 409 with `issues`.
 */
@NoCors()
@UseGuards(AdminTokenGuard)
@Controller('admin/origins')
export class AdminController {
  constructor(private readonly origins: CorsOrigins) {}

  @Get()
  list(@Query('after', new ParseIntPipe({ optional: true })) after = 0): Promise<CorsOriginPage> {
    return this.origins.list({ allowlist: TENANTS, after });
  }

  @Post()
  add(@Body('tenant') tenant: unknown, @Body('origin') origin: unknown): Promise<CorsOriginEntry> {
    if (typeof tenant !== 'string' || typeof origin !== 'string') {
      throw new BadRequestException('Send a tenant and an origin');
    }
    return this.origins.add({ allowlist: TENANTS, origin, note: tenant });
  }

  @Delete()
  @HttpCode(204)
  async remove(@Query('origin') origin: unknown): Promise<void> {
    if (typeof origin !== 'string') {
      throw new BadRequestException('Say which: ?origin=…');
    }
    await this.origins.remove({ allowlist: TENANTS, origin });
  }
}
