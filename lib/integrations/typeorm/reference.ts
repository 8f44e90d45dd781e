import type { InjectionToken } from '@nestjs/common';

/** One of the lists in the tables, for a policy's `origin`: the result of `TypeOrmOrigins.forAllowlist()`. */
export interface StoredListReference {
  /** The provider of `CorsTypeOrmModule` that creates the list. */
  readonly provider: InjectionToken;
  /** The name of the list. */
  readonly allowlist: string;
}

/** The data source, by its name in `TypeOrmModule.forRoot({ name })`. */
export interface DataSourceName {
  readonly dataSource?: string | undefined;
}

/** @throws TypeError if the name is not valid */
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
