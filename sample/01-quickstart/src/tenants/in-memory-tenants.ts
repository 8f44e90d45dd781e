import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Tenant } from './tenant-repository.js';
import { TenantRepository } from './tenant-repository.js';

/** The delay of a nearby database. */
const LATENCY_MS = 5;

/** Replaces a database. It has one tenant at the start. */
@Injectable()
export class InMemoryTenants extends TenantRepository {
  private readonly tenants = new Map<string, Tenant>();

  constructor(config: ConfigService) {
    super();
    this.tenants.set('tea-house', { id: 'tea-house', origin: config.getOrThrow<string>('FIRST_TENANT_ORIGIN') });
  }

  override async find(): Promise<Tenant[]> {
    await delay(LATENCY_MS);
    return [...this.tenants.values()];
  }

  override async findByOrigin(origin: string): Promise<Tenant | undefined> {
    return (await this.find()).find((tenant) => tenant.origin === origin);
  }

  override async save(tenant: Tenant): Promise<void> {
    await delay(LATENCY_MS);
    this.tenants.set(tenant.id, tenant);
  }

  override async remove(id: string): Promise<boolean> {
    await delay(LATENCY_MS);
    return this.tenants.delete(id);
  }
}
