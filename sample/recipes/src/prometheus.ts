/*
 * Prometheus: scrapes the counts of the library. `counters: true` counts decisions by names that the app defines, so a
 * client cannot create a time series. A second metric counts what an allowlist would refuse. Pages cannot read
 * /metrics.
 */
import 'reflect-metadata';
import { Controller, Get, Header, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsInspector, CorsModule, CorsPolicy, NoCors } from 'nestjs-cors-policy';
import { Counter, Registry } from 'prom-client';
import { platform } from './platform.js';
import { start } from './start.js';

@Injectable()
class Metrics implements OnModuleInit {
  readonly registry = new Registry();

  constructor(private readonly inspector: CorsInspector) {}

  onModuleInit(): void {
    const { inspector, registry } = this;
    new Counter({
      name: 'cors_decisions_total',
      help: 'CORS decisions by route, policy and reason.',
      labelNames: ['route', 'policy', 'preflight', 'allowed', 'reason'],
      registers: [registry],
      collect() {
        // The library has the totals. Each scrape replaces the old values.
        this.reset();
        for (const { route = '', policy = '', preflight, allowed, reason, count } of inspector.counters()) {
          this.inc({ route, policy, preflight: String(preflight), allowed: String(allowed), reason }, count);
        }
      },
    });
    new Counter({
      name: 'cors_reports_total',
      help: 'Requests that a reportOnly policy would have refused.',
      labelNames: ['route', 'policy', 'reason'],
      registers: [registry],
      collect() {
        this.reset();
        // The labels have no origin, because clients choose origins. CorsInspector.reports() lists them for people.
        for (const { route = '', reportOnly, reason, count } of inspector.reports()) {
          this.inc({ route, policy: reportOnly, reason }, count);
        }
      },
    });
  }
}

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@NoCors()
@Controller('metrics')
class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: { shop: { origin: '*', reportOnly: { origin: 'https://shop.example' } } },
      counters: true,
    }),
  ],
  controllers: [PricesController, MetricsController],
  providers: [Metrics],
})
class AppModule {}

await start(await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] }));
