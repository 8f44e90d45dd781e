import { refuseOldRuntime } from '../../../lib/discovery/runtime.js';

describe('the version of the runtime', () => {
  it.each([
    [{ node: '20.19.0' }],
    [{ node: '24.3.0', bun: '1.4.0' }],
    [{ node: '24.3.0', bun: '1.10.0' }],
    [{ node: '24.3.0', bun: '2.0.0-canary.1' }],
    [{ node: '24.15.0', deno: '2.9.0' }],
    [{ node: '24.15.0', deno: '3.0.0' }],
  ])('%o is accepted', (versions) => {
    expect(() => refuseOldRuntime(versions)).not.toThrow();
  });

  it.each([
    [{ node: '24.3.0', bun: '1.3.9' }, 'Bun 1.4 or later, and this is 1.3.9'],
    [{ node: '24.3.0', bun: '0.9.0' }, 'Bun 1.4 or later, and this is 0.9.0'],
    [{ node: '24.15.0', deno: '2.8.3' }, 'Deno 2.9 or later, and this is 2.8.3'],
    [{ node: '24.15.0', deno: '1.46.0' }, 'Deno 2.9 or later, and this is 1.46.0'],
  ])('%o stops startup: its responses could lack fields', (versions, message) => {
    expect(() => refuseOldRuntime(versions)).toThrow(message);
  });
});
