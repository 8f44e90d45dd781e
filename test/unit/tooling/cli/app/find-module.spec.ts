import { Module } from '@nestjs/common';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportsOf } from '../../../../../lib/tooling/cli/app/import-file.js';
import { findFile } from '../../../../../lib/tooling/cli/app/find-file.js';
import { findModule } from '../../../../../lib/tooling/cli/app/find-module.js';
import { CommandFailure } from '../../../../../lib/tooling/cli/failure.js';

@Module({ providers: [] })
class OrdersModule {}

@Module({ imports: [OrdersModule] })
class ShopModule {}

@Module({ imports: [{ module: OrdersModule }, { forwardRef: () => ShopModule }] })
class RootModule {}

@Module({ providers: [] })
class OtherModule {}

class Plain {}

const find = (namespace: object, wanted?: string): unknown => findModule(exportsOf(namespace), wanted).module;

function advice(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return `${(error as CommandFailure).message} ${(error as CommandFailure).advice ?? ''}`;
  }
  throw new Error('It was found.');
}

describe('the root module', () => {
  it.each<[what: string, namespace: object, module: unknown]>([
    ['is the default export', { default: ShopModule, AppModule: OtherModule }, ShopModule],
    ['or AppModule', { AppModule: OtherModule, ShopModule }, OtherModule],
    ['or the only module', { OrdersModule, Plain, name: 'x', fn: () => 1 }, OrdersModule],
    ['or the only one that no other imports', { OrdersModule, ShopModule, RootModule }, RootModule],
    ['or a dynamic module', { default: { module: ShopModule } }, undefined],
    ['also of CommonJS', { default: { AppModule: OtherModule }, AppModule: OtherModule }, OtherModule],
    ['of a compiled default export', { default: { __esModule: true, default: ShopModule } }, ShopModule],
    ['under two names is one', { A: RootModule, B: RootModule }, RootModule],
  ])('%s', (_what, namespace, module) => {
    expect(find(namespace)).toBe(module ?? (namespace as { default: unknown }).default);
  });

  it('is the given export, even without metadata', () => {
    expect(find({ AppModule: RootModule, Plain }, 'Plain')).toBe(Plain);
  });

  it.each<[what: string, namespace: object, wanted: string | undefined, message: RegExp]>([
    ['nothing', {}, undefined, /exports nothing\. It starts no app either/],
    ['no module', { Plain }, undefined, /exports "Plain"\. Give the file of the root module/],
    ['several', { ShopModule, OtherModule }, undefined, /ShopModule, OtherModule\. Choose one: --export ShopModule/],
    ['another name', { ShopModule }, 'ShpModule', /exports no "ShpModule".*Did you mean --export ShopModule\?/],
    ['no class', { config: 1 }, 'config', /neither a class nor a dynamic module/],
  ])('is not found if a file exports %s', (_what, namespace, wanted, message) => {
    expect(advice(() => find(namespace, wanted))).toMatch(message);
  });
});

describe('the module file', () => {
  let cwd: string;

  beforeAll(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'find-')));
    mkdirSync(join(cwd, 'dist'));
    mkdirSync(join(cwd, 'src'));
    ['dist/app.module.js', 'src/app.module.ts', 'README.md'].forEach((name) => writeFileSync(join(cwd, name), ''));
  });

  afterAll(() => rmSync(cwd, { recursive: true }));

  it('is found from the working directory', () => {
    expect(findFile('dist/app.module.js', 'the file', cwd)).toBe(join(cwd, 'dist/app.module.js'));
  });

  it('is found without its ending, as node finds it', () => {
    expect(findFile('dist/app.module', 'the file', cwd)).toBe(join(cwd, 'dist/app.module.js'));
  });

  it.each([
    ['src/app.module.ts', /is a source file; .* give dist\/app\.module\.js/],
    ['src/orders/orders.module.ts', /give dist\/orders\/orders\.module\.js/],
    ['dist/other.js', /There is no "dist\/other\.js" in .*Build the app first/],
    ['dist', /is a folder\. Give the file, such as dist\/app\.module\.js/],
    ['README.md', /is not a JavaScript file/],
  ])('%s is explained', (name, message) => {
    expect(advice(() => findFile(name, 'the file', cwd))).toMatch(message);
  });
});
