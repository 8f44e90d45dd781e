import 'reflect-metadata';
import { createApi } from './api.js';
import { runCommand } from './command.js';

await runCommand(() => createApi());
