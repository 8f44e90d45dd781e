/*
 * OpenTelemetry: a counter of the API counts each decision when the library publishes it. The exporter of your app
 * sends the counts. The exporter in this file keeps them, and SIGHUP prints them.
 */
import 'reflect-metadata';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Controller, Get, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { type CorsDecisionMessage, CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

@Injectable()
class CorsMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly decisions = metrics.getMeter('shop').createCounter('cors.decisions', {
    description: 'CORS decisions by route, policy and reason.',
  });

  onModuleInit(): void {
    subscribe('nestjs-cors-policy:decision', this.note);
  }

  onModuleDestroy(): void {
    unsubscribe('nestjs-cors-policy:decision', this.note);
  }

  // The attributes have no origin and no method. Clients choose these, and each value would be a new time series.
  private readonly note = (message: unknown): void => {
    const { route = '', policy = '', preflight, allowed, reason } = message as CorsDecisionMessage;
    this.decisions.add(1, { route, policy, preflight, allowed, reason });
  };
}

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({
  imports: [CorsModule.forRoot({ policies: { shop: { origin: 'https://shop.example' } } })],
  controllers: [PricesController],
  providers: [CorsMetrics],
})
class AppModule {}

// Your app has an exporter already. It must be set before the first call of `getMeter()`.
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

await start(await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] }));

async function print(): Promise<void> {
  await reader.forceFlush();
  const points = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
  console.log(JSON.stringify(points.map(({ attributes, value }) => ({ ...attributes, value }))));
}

process.on('SIGHUP', () => void print());
