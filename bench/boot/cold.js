// Runs the function of sample/recipes/src/serverless-express.ts, with the CORS layer that an argument names, from the start
// of its process to its first answer. Reports the processor time: other processes change it less than the elapsed time.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ask } from '../in-process/exchange.js';

const [variant] = process.argv.slice(2);
const policy = { origin: 'https://shop.example', credentials: true, allowedHeaders: ['Content-Type'] };

class PricesController {
  list() {
    return [650, 900];
  }
}
Controller('prices')(PricesController);
Get()(PricesController.prototype, 'list', Object.getOwnPropertyDescriptor(PricesController.prototype, 'list'));

const imports = [];
if (variant === 'ours') {
  const { CorsModule, CorsPolicy } = await import('nestjs-cors-policy');
  imports.push(CorsModule.forRoot({ policies: { shop: policy } }));
  CorsPolicy('shop')(PricesController);
}
class AppModule {}
Module({ imports, controllers: [PricesController] })(AppModule);

const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['warn', 'error', 'fatal'] });
if (variant === 'enableCors') {
  app.enableCors(policy);
}
await app.init();
const headers = { host: 'api.example', origin: 'https://shop.example' };
await new Promise((resolve) => ask(app.getHttpServer(), { method: 'GET', url: '/prices', headers }, resolve));
const { user, system } = process.cpuUsage();
process.send((user + system) / 1000);
process.disconnect();
setTimeout(() => process.exit(), 10);
