import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Creates the adapter of a recipe that runs on both platforms: Fastify with `PLATFORM=fastify`, Express otherwise. */
export function platform(): AbstractHttpAdapter {
  return process.env['PLATFORM'] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
}
