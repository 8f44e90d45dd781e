import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Express, or Fastify where the environment says `PLATFORM=fastify`: a recipe that uses it is the same on both. */
export function platform(): AbstractHttpAdapter {
  return process.env['PLATFORM'] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
}
