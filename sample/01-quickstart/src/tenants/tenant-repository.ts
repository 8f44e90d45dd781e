export interface Tenant {
  readonly id: string;
  /** The origin of the tenant's pages, such as `https://tea-house.example`. */
  readonly origin: string;
}

/** Finds the tenant of an origin, for the storefront. It is an abstract class, so it is also the injection token. */
export abstract class TenantDirectory {
  abstract findByOrigin(origin: string): Promise<Tenant | undefined>;
}

/** The storage of the tenants. It is asynchronous, like a database. */
export abstract class TenantRepository extends TenantDirectory {
  abstract find(): Promise<Tenant[]>;
  abstract save(tenant: Tenant): Promise<void>;
  /** Removes a tenant. Returns `false` if there was no such tenant. */
  abstract remove(id: string): Promise<boolean>;
}
