import { availableParallelism } from 'node:os';
import config from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...config,
  // These suites wait for browsers, processes and clocks for more than half of their time.
  maxWorkers: availableParallelism() + 1,
  testMatch: ['<rootDir>/test/**/*.slow.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
