import { Controller, Get, Next, Param } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { CorsInspector, CorsPolicy } from '../../lib/index.js';
import { type AppParts, closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

const APP = 'https://app.example';
const HIDDEN = 'https://hidden.example';

@CorsPolicy({ origin: APP })
@Controller('orders')
class FirstController {
  @Get(':id')
  first(@Param('id') id: string): string {
    return `first ${id}`;
  }
}

@CorsPolicy({ origin: HIDDEN })
@Controller('orders')
class SecondController {
  @Get(':id')
  second(): string {
    return 'second';
  }
}

/** Two controllers with the same route. Fastify throws for a duplicate unless Nest omits the second route. */
const duplicates: AppParts = {
  controllers: [FirstController, SecondController],
  create: { routeConflictPolicy: { duplicate: 'warn' } },
};

afterEach(closeApps);

// Since Nest 12 Fastify accepts a route twice. Before that it throws.
const taking = PLATFORMS.filter((platform) => NEST >= 12 || platform === 'express');

describe.each(taking)('a handler that a duplicate hides on %s', (platform) => {
  test('3.7: is a warning with its name, and the other handler keeps its policy', async () => {
    const app = await startApp(duplicates, platform);
    const response = await app.get('/orders/1', APP);
    expect([response.text, corsHeaders(response)]).toEqual(['first 1', { 'access-control-allow-origin': APP }]);
    expect(corsHeaders(await app.preflight('/orders/1', { origin: HIDDEN, method: 'GET' }))).toEqual({});
    const found = app.app.get(CorsInspector).audit();
    expect(found.filter(({ code }) => code === 'hidden-handler').map(({ place }) => place)).toEqual([
      'SecondController.second',
    ]);
    expect(app.logs.filter((line) => line.includes('[hidden-handler]'))).toEqual([
      expect.stringMatching(/^warn: SecondController\.second.*comes first/),
    ]);
  });
});

const Wrapped: MethodDecorator = (_target, _key, descriptor) => {
  const { value } = descriptor as unknown as { value: (...args: unknown[]) => unknown };
  Object.assign(descriptor, { value: (...args: unknown[]) => value(...args) });
};
const Plain: MethodDecorator = () => undefined;

test.each([
  ['', Plain],
  [', also if a further decorator wraps it', Wrapped],
])('3.7: a handler behind one that takes @Next() is not hidden%s', async (_title, decorate) => {
  @Controller('orders')
  class PassingController {
    @Get(':id')
    @decorate
    pass(@Next() next: () => void): void {
      next();
    }
  }
  const app = await startApp({ controllers: [PassingController, SecondController] }, 'express');
  expect((await app.get('/orders/1', HIDDEN)).text).toBe('second');
  expect(app.logs.filter((line) => line.includes('hidden-handler'))).toEqual([]);
});

test('3.7: on Fastify handlers of one method and path that differ in a constraint are not hidden', async () => {
  @Controller('orders')
  class ByHostController {
    @Get()
    @RouteConstraints({ host: 'first.example' })
    @CorsPolicy({ origin: APP })
    first(): string {
      return 'first';
    }
    @Get()
    @RouteConstraints({ host: 'second.example' })
    @CorsPolicy({ origin: HIDDEN })
    second(): string {
      return 'second';
    }
  }
  const app = await startApp({ controllers: [ByHostController] }, 'fastify');
  expect((await app.get('/orders', HIDDEN, { Host: 'second.example' })).text).toBe('second');
  expect(app.logs.filter((line) => line.includes('hidden-handler'))).toEqual([]);
});
