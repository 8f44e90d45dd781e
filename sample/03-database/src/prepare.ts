import { CorsOriginEntity } from 'nestjs-cors-policy/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './shop/database.js';
import { TENANTS } from './shop/tenants.js';

export const TEA_HOUSE = 'https://tea-house.example';
/** The tenant that the sample adds and removes. */
export const NEWCOMER = 'https://corner-shop.example';

/**
 * Runs the migrations once, like a deployment before it starts instances. Also adds the shop's first tenant, and
 * removes the remains of an interrupted run.
 */
export async function prepare(databaseUrl: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  try {
    await dataSource.runMigrations();
    const entries = dataSource.getRepository(CorsOriginEntity);
    await entries.delete({ allowlist: TENANTS, origin: NEWCOMER });
    if (!(await entries.existsBy({ allowlist: TENANTS, origin: TEA_HOUSE }))) {
      await entries.insert({ allowlist: TENANTS, origin: TEA_HOUSE, note: 'tea-house' });
    }
  } finally {
    await dataSource.destroy();
  }
}
