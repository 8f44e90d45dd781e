import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { CorsOriginEntity } from 'nestjs-cors-policy/typeorm';
import type { Repository } from 'typeorm';
import { TenantDirectory, type Tenant } from '../../../01-quickstart/src/tenants/tenant-repository.js';

/** The allowlist of the tenants' origins. The note of an entry is the name of the tenant. */
export const TENANTS = 'tenants';

/** Tenants by their origins, from the table that the policy reads. */
@Injectable()
export class DatabaseTenants extends TenantDirectory {
  constructor(@InjectRepository(CorsOriginEntity) private readonly entries: Repository<CorsOriginEntity>) {
    super();
  }

  override async findByOrigin(origin: string): Promise<Tenant | undefined> {
    const entry = await this.entries.findOneBy({ allowlist: TENANTS, origin, enabled: true });
    return entry === null ? undefined : { id: entry.note ?? origin, origin };
  }
}
