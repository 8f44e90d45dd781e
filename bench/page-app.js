// The app of page.js: 1,000 routes of 100 controllers, and the development page. It reports its address and its memory.
import 'reflect-metadata';
import { Controller, Get, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { CorsDevtoolsModule } from 'nestjs-cors-policy/devtools';

const CONTROLLERS = 100;
const PARTS = 5;

function controller(number) {
  class ResourceController {}
  Object.defineProperty(ResourceController, 'name', { value: `Resource${number}Controller` });
  for (let part = 0; part < PARTS; part++) {
    add(ResourceController, `get${part}`, Get(`part${part}/:id`));
    add(ResourceController, `put${part}`, Put(`part${part}/:id`));
  }
  CorsPolicy(number % 3 === 0 ? 'public' : 'frontend')(ResourceController);
  Controller(`resource${number}`)(ResourceController);
  return ResourceController;
}

function add(target, name, decorate) {
  target.prototype[name] = (id) => ({ id });
  decorate(target.prototype, name, Object.getOwnPropertyDescriptor(target.prototype, name));
  Param('id')(target.prototype, name, 0);
}

const origins = Array.from({ length: 50 }, (_, number) => `https://front-${number}.example`);
const policies = { frontend: { origin: origins, credentials: true }, public: { origin: '*' } };
const app = await NestFactory.create(
  {
    module: class AppModule {},
    imports: [CorsModule.forRoot({ policies }), CorsDevtoolsModule.forRoot({ token: process.env.TOKEN })],
    controllers: Array.from({ length: CONTROLLERS }, (_, number) => controller(number)),
  },
  { logger: ['error'], forceCloseConnections: true },
);
await app.listen(0, '127.0.0.1');
process.on('message', () => {
  globalThis.gc();
  process.send({ heap: process.memoryUsage().heapUsed });
});
process.on('disconnect', () => process.exit());
process.send({ address: await app.getUrl() });
