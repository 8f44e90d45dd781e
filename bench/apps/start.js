/**
 * Starts an app of a framework, with one way to set CORS headers.
 *
 * @returns the app's Node server, or a function that answers Web requests
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
