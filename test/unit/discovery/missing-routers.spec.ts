import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/* A strict package manager hides Fastify's routers, so they cannot be imported. */
jest.unstable_mockModule('find-my-way', () => {
  throw new Error("Cannot find package 'find-my-way'");
});

const { platformOf } = await import('../../../lib/discovery/platforms.js');

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  peerDependencies: Record<string, string>;
};

it('names the packages to add, in the versions of peerDependencies', async () => {
  const packages = ['find-my-way', 'path-to-regexp'].map((name) => `${name}@${peerDependencies[name]}`).join(' ');

  for (const command of ['pnpm add', 'yarn add', 'npm install']) {
    await expect(platformOf(new FastifyAdapter())).rejects.toThrow(`${command} ${packages}`);
  }
});
