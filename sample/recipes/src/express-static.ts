/*
 * Static files by express.static, as middleware of the app. It is no route of Nest's; the policy of a `routes` entry
 * applies to it too, because it is decided before any middleware runs.
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
      // The first entry that matches counts.
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
