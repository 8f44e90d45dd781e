export interface Tenant {
  readonly id: string;
  /** The origin of the tenant's pages, such as `https://tea-house.example`. */
  readonly origin: string;
}

/** Whose an origin is: all that the storefront asks. An abstract class, so that it serves as its own token. */
export abstract class TenantDirectory {
  abstract findByOrigin(origin: string): Promise<Tenant | undefined>;
}

/** Where tenants are kept. Asynchronous, as a database is. */
export abstract class TenantRepository extends TenantDirectory {
  abstract find(): Promise<Tenant[]>;
  abstract save(tenant: Tenant): Promise<void>;
  /** Answers whether there was such a tenant. */
  abstract remove(id: string): Promise<boolean>;
}
