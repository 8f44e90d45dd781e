/*
 * A hybrid app: HTTP, and messages over TCP. CORS applies to HTTP only. A controller may serve both, and its policy
 * does not affect messages, even with `enforce`. This also holds if messages use the app's global guards and
 * interceptors.
 */
import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type TcpOptions, Transport } from '@nestjs/microservices';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get(':product')
  read(@Param('product') product: string): { price: number } {
    return this.priceOf(product);
  }

  @MessagePattern('price')
  priceOf(@Payload() product: string): { price: number } {
    return { price: product.length * 100 };
  }
}

@Module({
  imports: [CorsModule.forRoot({ policies: { shop: { origin: 'https://shop.example', enforce: true } } })],
  controllers: [PricesController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
const port = Number(process.env['TCP_PORT'] ?? 3001);
const microservice = app.connectMicroservice<TcpOptions>(
  { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
  { inheritAppConfig: true },
);
await app.startAllMicroservices();
await start(app);
console.log(`tcp://127.0.0.1:${(microservice.unwrap<Server>().address() as AddressInfo).port}`);
