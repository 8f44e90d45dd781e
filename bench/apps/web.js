// Apps of Hono and h3, which answer Web requests, with the CORS middleware of each framework.
import { entriesOf } from '../traffic.js';
import { POLICY } from './policy.js';

export async function startWebApp(framework, options) {
  const fetch = framework === 'hono' ? await startHono(options) : await startH3(options);
  return (request) => fetch(request);
}

async function startHono({ variant, list, routes }) {
  const { Hono } = await import('hono');
  const { cors } = await import('hono/cors');
  const app = new Hono();
  if (variant === 'cors') {
    app.use(
      cors({
        origin: originFor(list),
        credentials: true,
        exposeHeaders: POLICY.exposedHeaders,
        allowHeaders: POLICY.allowedHeaders,
        maxAge: POLICY.maxAge,
      }),
    );
  } else if (variant === 'empty') {
    app.use((context, next) => (context.req.method === 'OPTIONS' ? context.body(null, 204) : next()));
  }
  app.get('/api/v1/orders/:id', (context) => context.json({ id: context.req.param('id'), total: 12 }));
  app.put('/api/v1/orders/:id', (context) => context.json({ id: context.req.param('id') }));
  for (let index = 2; index < routes; index++) {
    app.get(`/api/v1/resource${index}/:id`, (context) => context.json({ id: context.req.param('id') }));
  }
  return app.fetch;
}

async function startH3({ variant, list, routes }) {
  const { H3, handleCors, noContent } = await import('h3');
  const app = new H3();
  const options = {
    origin: originFor(list),
    credentials: true,
    exposeHeaders: POLICY.exposedHeaders,
    allowHeaders: POLICY.allowedHeaders,
    maxAge: String(POLICY.maxAge),
    methods: ['GET', 'HEAD', 'PUT'],
  };
  if (variant === 'cors') {
    app.use((event) => {
      const answered = handleCors(event, options);
      return answered === false ? undefined : answered;
    });
  } else if (variant === 'empty') {
    app.use((event) => (event.req.method === 'OPTIONS' ? noContent(event) : undefined));
  }
  app.get('/api/v1/orders/:id', (event) => ({ id: event.context.params.id, total: 12 }));
  app.put('/api/v1/orders/:id', (event) => ({ id: event.context.params.id }));
  for (let index = 2; index < routes; index++) {
    app.get(`/api/v1/resource${index}/:id`, (event) => ({ id: event.context.params.id }));
  }
  return (request) => app.fetch(request);
}

/** Hono and h3 accept no wildcards in a list. For these, a list of regular expressions does the same. */
function originFor(list) {
  const entries = entriesOf(list);
  if (list !== '1,000 wildcards') {
    return entries;
  }
  const expressions = entries.map(
    (entry) => new RegExp(`^${entry.replace(/\./g, '\\.').replace('*', '[a-z0-9.-]+')}$`),
  );
  return (origin) => (expressions.some((expression) => expression.test(origin)) ? origin : undefined);
}
