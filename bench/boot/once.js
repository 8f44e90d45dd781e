// Boots an app once and tells how long it took, its imports not counted; or imports a package and tells how long that
// took.
const [what, options] = process.argv.slice(2);
if (what === 'import') {
  // What an app has loaded anyway.
  await import('reflect-metadata');
  await import('@nestjs/core');
  await import('@nestjs/platform-express');
  const start = performance.now();
  await import(options);
  process.send(performance.now() - start);
} else {
  const { startApp } = await import('../apps/start.js');
  const { variant, framework, routes } = JSON.parse(options);
  if (variant === 'ours') {
    await import('nestjs-cors-policy');
  }
  // The first app compiles what every app runs.
  await startApp({ framework, variant, list: '3 origins', routes: 10 });
  const start = performance.now();
  const app = await startApp({ framework, variant, list: '3 origins', routes });
  const booted = performance.now() - start;
  const { ask } = await import('../in-process/exchange.js');
  const { requestsOf } = await import('../traffic.js');
  const [actual] = requestsOf('allowed', '3 origins', 1);
  const [preflight] = requestsOf('preflight granted', '3 origins', 1);
  const timeOf = async (request) => {
    const from = performance.now();
    await new Promise((resolve) => ask(app, request, resolve));
    return performance.now() - from;
  };
  process.send({ booted, first: await timeOf(actual), firstPreflight: await timeOf(preflight) });
}
process.disconnect();
setTimeout(() => process.exit(), 10);
