import { readText } from '../../../docs/playground/model/written.js';
import { UnreadableError } from '../../../docs/playground/model/problems.js';

/** The options of the first `forRoot()`. */
function optionsIn(text: string): unknown {
  const { written, problems } = readText(text);
  expect(problems).toEqual([]);
  return written.roots[0];
}

/** The problems of a text as `line:column message`. */
function problemsIn(text: string): readonly string[] {
  try {
    return readText(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableError);
    const { line, column, message } = (error as UnreadableError).problem;
    return [`${line}:${column} ${message}`];
  }
}

describe('Values of a text', () => {
  test.each([
    [`'https://a.example'`, 'https://a.example'],
    ['"a"', 'a'],
    ['`a`', 'a'],
    ['-1', -1],
    ['600', 600],
    ['!true', false],
    ['null', null],
    ['undefined', undefined],
    ['[1, , 2]', [1, undefined, 2]],
    [`['a'] as const`, ['a']],
    [`({ a: 1 }) satisfies object`, { a: 1 }],
    [`{ 'a-b': { c: [true] } }`, { 'a-b': { c: [true] } }],
    ['/^https:\\/\\/a$/i', /^https:\/\/a$/i],
    ['HOST', 'app.example'],
    ['`https://${HOST}:${8443}`', 'https://app.example:8443'],
    ['[...LIST, HOST]', ['a', 'b', 'app.example']],
    ['{ ...BASE, maxAge: 5 }', { origin: 'x', maxAge: 5 }],
    ['BASE.origin', 'x'],
    ['{ HOST }', { HOST: 'app.example' }],
  ])('%s', (written, value) => {
    const constants = `const HOST = 'app.example'; export const LIST = ['a', 'b']; const BASE = { origin: 'x' };`;
    expect(optionsIn(`${constants}\nCorsModule.forRoot({ x: ${written} });`)).toEqual({ x: value });
  });

  test('are those of a module, wherever it is imported', () => {
    expect(
      optionsIn(`
        import { CorsModule } from 'nestjs-cors-policy';
        @Module({ imports: [ConfigModule.forRoot(), CorsModule.forRoot({ debug: true })] })
        export class AppModule implements NestModule {}
        bootstrap();`),
    ).toEqual({ debug: true });
  });

  test.each([
    ['process.env.APP_ORIGIN', '1:24 The playground runs no code. Write the value of `process.env.APP_ORIGIN` itself.'],
    [`config.get('A')`, "1:24 The playground runs no code. Write the value of `config.get('A')` itself."],
    ['(origin) => true', '1:24 The playground runs no functions. Write the values that it would return.'],
    ['LIST[0]', '1:24 The playground runs no code. Write the value of `LIST[0]` itself.'],
    ['/[/', '1:25 Unterminated regular expression.'],
    ['/(/', '1:24 Invalid regular expression: /(/: Unterminated group'],
    ['{ __proto__: 1 }', '1:26 `__proto__` is not the name of anything here.'],
    ['{ [a]: 1 }', '1:27 The playground runs no code. Write the value of `a` itself.'],
    ['{ a() {} }', '1:26 The playground runs no functions. Write the values that it would return.'],
    [
      'TenantOrigins',
      '1:24 `TenantOrigins` is not a `const` of this text. The playground has no providers and no environment: write the origins themselves.',
    ],
  ])('%s is a problem with its place', (written, problem) => {
    expect(problemsIn(`CorsModule.forRoot({ x:${written} });`)).toEqual([problem]);
  });

  test('every problem of a text is reported', () => {
    expect(problemsIn('CorsModule.forRoot({\n  a: f(),\n  b: [g()],\n});').map((each) => each.slice(0, 3))).toEqual([
      '2:6',
      '3:7',
    ]);
  });
});

describe('Controllers of a text', () => {
  const ROOT = 'CorsModule.forRoot({});\n';
  const controllersIn = (text: string): unknown => {
    const { written, problems } = readText(ROOT + text);
    expect(problems).toEqual([]);
    return written.controllers.map(({ name, metadata, handlers }) => ({
      name,
      cors: metadata.length,
      handlers: handlers.map(({ name, method, paths, metadata }) => [name, method, paths, metadata.length]),
    }));
  };

  test('are read as they are pasted, with types, guards and bodies', () => {
    expect(
      controllersIn(`
        @ApiTags('orders')
        @UseGuards(AuthGuard('jwt'))
        @CorsPolicy('app', { maxAge: 5 })
        @Controller({ path: 'orders' })
        export class OrdersController<T extends Order> implements OnModuleInit {
          private readonly log = new Logger(OrdersController.name);
          constructor(private readonly orders: OrdersService) {}
          @Get(':id')
          @NoCors()
          async read(@Param('id', ParseIntPipe) id: number): Promise<T | undefined> {
            return (await this.orders.find(id)) as T;
          }
          @All(['a', 'b']) any(): void;
          @Sse('events') events() {}
          helper() {}
          static make() {}
        }
        class Unrelated {}`),
    ).toEqual([
      {
        name: 'OrdersController',
        cors: 1,
        handlers: [
          ['OrdersController.read', 'GET', ['/orders/:id'], 1],
          ['OrdersController.any', '*', ['/orders/a', '/orders/b'], 0],
          ['OrdersController.events', 'GET', ['/orders/events'], 0],
        ],
      },
    ]);
  });

  test.each([
    [
      `@Controller({ host: 'a' }) class A {}`,
      'The playground has no hosts and no versions. Leave them out of @Controller().',
    ],
    [
      `@Controller() class A { @Version('1') @Get() a() {} }`,
      'The playground has no versions. Write the version into the path.',
    ],
    ['@Controller() class A extends B {}', 'The playground reads no inherited handlers. Write them in this class.'],
    ['@CorsPolicy({}) class A {}', 'The playground reads CORS decorators of controllers and their handlers only.'],
    [
      '@Controller() class A { @NoCors() a() {} }',
      'This method serves no route, so nothing reads the decorator. Add @Get(), for example.',
    ],
    ['@Controller() class A { @NoCors @Get() a() {} }', 'Call the decorator: @NoCors()'],
    ['@Controller() class A { @Get() @Post() a() {} }', 'A handler has one method. Use @All() for every method.'],
    [`app.setGlobalPrefix('a', { exclude: ['b'] });`, 'The playground reads no exclusions. Leave them out.'],
    ['app.setGlobalPrefix(5);', 'A prefix is a string.'],
    ['@Controller(/a/) class A {}', 'A path is a string, or a list of strings.'],
  ])('%s is a problem', (text, message) => {
    expect(problemsIn(ROOT + text).map((each) => each.replace(/^\S+ /, ''))).toEqual([message]);
  });
});

describe('A text that stops the reading', () => {
  test.each([
    ['is empty', '', '1:1 Write CorsModule.forRoot({ … }) first.'],
    ['has a wrong place', 'CorsModule.forRoot({\n  a: 1 b\n})', '2:8 Unexpected token, expected ","'],
    [
      'has a factory',
      'CorsModule.forRootAsync({ useFactory })',
      '1:1 The playground runs no factory. Write CorsModule.forRoot({ … }) with the values.',
    ],
    ['has only enableCors()', 'app.enableCors()', '1:1 This library replaces enableCors(): write a defaultPolicy.'],
    [
      'is too long',
      `CorsModule.forRoot('${'x'.repeat(20_000)}')`,
      '1:1 The text has 20022 characters. At most 20000 are read.',
    ],
    ['is nested too deeply', '['.repeat(19_000), '1:1 The text is nested too deeply.'],
    [
      'has too many levels',
      `CorsModule.forRoot(${'['.repeat(30)}${']'.repeat(30)})`,
      '1:40 At most 20 levels of values are read.',
    ],
    ['has a circle', 'const a = [a];\nCorsModule.forRoot({ a });', '1:11 At most 20 levels of values are read.'],
    [
      'has constants that double',
      `${Array.from({ length: 8 }, (_, at) => `const a${at} = [${`a${at + 1},`.repeat(8)}];`).join('\n')}\nconst a8 = 1;\nCorsModule.forRoot({ a: a0 });`,
      'At most 5000 values are read.',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([expect.stringContaining(problem)]);
  });

  test('calls that have an effect in an app are noted', () => {
    const { written } = readText('CorsModule.forRoot({});\napp.enableCors();');
    expect(written.notes).toEqual([
      { line: 2, column: 1, message: 'This library replaces enableCors(): write a defaultPolicy.' },
    ]);
  });
});
