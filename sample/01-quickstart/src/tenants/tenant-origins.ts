import { Injectable } from '@nestjs/common';
import type { OriginSource } from 'nestjs-cors-policy';
import { TenantRepository } from './tenant-repository.js';

/**
 * The origins of all tenants. The library loads the list at startup and again every 30 seconds. It decides with its
 * copy, so no request waits for the repository.
 */
@Injectable()
export class TenantOrigins implements OriginSource {
  constructor(private readonly tenants: TenantRepository) {}

  async load(): Promise<string[]> {
    return (await this.tenants.find()).map((tenant) => tenant.origin);
  }
}
