export interface Tenant {
  readonly id: string;
  /** The origin of the tenant's pages, such as `https://tea-house.example`. */
  readonly origin: string;
}

/** Where tenants are kept. Asynchronous, as a database is; an abstract class, so that it serves as its own token. */
export abstract class TenantRepository {
  abstract find(): Promise<Tenant[]>;
  abstract save(tenant: Tenant): Promise<void>;
  /** Answers whether there was such a tenant. */
  abstract remove(id: string): Promise<boolean>;
}
