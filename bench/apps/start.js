/**
 * Starts an app by what it is made with and how it sets CORS headers.
 *
 * @returns what answers a request: a server of Node's, or a function of Web requests
 */
export async function startApp({ framework, ...options }) {
  if (framework === 'hono' || framework === 'h3') {
    const { startWebApp } = await import('./web.js');
    return startWebApp(framework, options);
  }
  const { startNest } = await import('./nest.js');
  const app = await startNest({ platform: framework, ...options });
  return app.getHttpServer();
}
