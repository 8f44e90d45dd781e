import type { InjectionToken } from '@nestjs/common';

/** One of the lists in the tables, for a policy's `origin`: what `TypeOrmOrigins.forAllowlist()` makes. */
export interface StoredListReference {
  /** The provider of `CorsTypeOrmModule` that makes the list. */
  readonly provider: InjectionToken;
  /** The name of the list. */
  readonly allowlist: string;
}

/** Which data source: the name that `TypeOrmModule.forRoot({ name })` gave it. */
export interface DataSourceName {
  readonly dataSource?: string | undefined;
}

/** @throws TypeError where the name is none */
export function referenceTo(provider: string, allowlist: string, { dataSource }: DataSourceName): StoredListReference {
  if (typeof allowlist !== 'string' || allowlist === '') {
    throw new TypeError(`${provider}.forAllowlist: the name of a list is a string that is not empty`);
  }
  return Object.freeze({ provider: tokenFor(provider, dataSource), allowlist });
}

/** The same text in both forms of the package. */
export function tokenFor(provider: string, dataSource: string | undefined): string {
  return dataSource === undefined ? provider : `${provider}:${dataSource}`;
}
