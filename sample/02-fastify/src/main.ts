import 'reflect-metadata';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createApi } from '../../01-quickstart/src/api.js';
import { runCommand } from '../../01-quickstart/src/command.js';

// This line is the only difference. Modules, controllers and policies are those of the quickstart.
await runCommand(() => createApi(new FastifyAdapter()));
