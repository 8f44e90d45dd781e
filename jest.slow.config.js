import config from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.slow.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
