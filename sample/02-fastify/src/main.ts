import 'reflect-metadata';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createApi } from '../../01-quickstart/src/api.js';
import { runCommand } from '../../01-quickstart/src/command.js';

// The whole difference: modules, controllers and policies are the quickstart's own.
await runCommand(() => createApi(new FastifyAdapter()));
