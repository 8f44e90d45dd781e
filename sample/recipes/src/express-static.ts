/*
 * Static files by express.static, as middleware of the app. This middleware is not a route of Nest. The policy of a
 * `routes` entry still applies, because the library decides before middleware runs.
 */
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import { CorsModule } from 'nestjs-cors-policy';
import { start } from './start.js';

@Module({
  imports: [
    CorsModule.forRoot({
      policies: {
        public: { origin: '*' },
        partner: { origin: 'https://partner.example', exposedHeaders: ['ETag'] },
      },
      // The first entry that matches applies.
      routes: [
        { path: '/assets/logo.svg', policy: 'public', methods: ['GET'] },
        { path: '/assets/*path', policy: 'partner', methods: ['GET'] },
      ],
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error', 'fatal'] });
app.use('/assets', express.static(fileURLToPath(new URL('../public', import.meta.url))));
await start(app);
