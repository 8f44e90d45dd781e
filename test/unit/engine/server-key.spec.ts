import { isSameServer, namespaceOf } from '../../../lib/engine/server-key.js';

test.each([
  [true, { port: 0, path: undefined }],
  [false, { port: 1, path: undefined }],
  [false, { port: 0, path: '/chat' }],
])('8.1: gateways share a server if their ports and paths are equal: %s for %j', (expected, key) => {
  expect(isSameServer({ port: 0, path: undefined }, key)).toBe(expected);
});

test('8.1: a namespace begins with a slash, and is the root by default', () => {
  expect(['admin', '/admin', '', undefined, 7].map(namespaceOf)).toEqual(['/admin', '/admin', '/', '/', '/']);
  const dynamic = /^\/tenant-\d+$/;
  const byFunction = () => true;
  expect([dynamic, byFunction].map(namespaceOf)).toEqual([dynamic, byFunction]);
});
