import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule } from '../../lib/index.js';
import { TypeOrmAllowlist, TypeOrmOrigins } from '../../lib/typeorm.js';

describe.each([
  ['TypeOrmOrigins', TypeOrmOrigins.forAllowlist('tenants')],
  ['TypeOrmAllowlist of a named data source', TypeOrmAllowlist.forAllowlist('tenants', { dataSource: 'shop' })],
])('%s without CorsTypeOrmModule', (_title, origin) => {
  it('stops startup, and shows the module to import', async () => {
    @Module({ imports: [CorsModule.forRoot({ policies: { tenant: { origin, credentials: true } } })] })
    class AppModule {}
    const boot = NestFactory.create(AppModule, { logger: false, abortOnError: false }).then((app) => app.init());
    await expect(boot).rejects.toThrow(/add CorsTypeOrmModule\.forRoot\(\) to the imports/);
  });
});
