import type { PlaygroundState } from './state.js';

/** A state to begin with. */
export interface Example {
  /** Unique. */
  readonly id: string;
  readonly title: string;
  readonly state: PlaygroundState;
}

const ORDERS = `@Controller('orders')
@CorsPolicy('app')
export class OrdersController {
  @Get(':id')
  read() {}

  @Put(':id')
  update() {}
}
`;

const REQUEST = {
  method: 'GET',
  url: 'https://api.example/orders/7',
  origin: 'https://app.example',
  headers: '',
  credentials: false,
};

export const EXAMPLES: readonly Example[] = [
  {
    id: 'frontend',
    title: 'One frontend with cookies',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: 'https://app.example',
      credentials: true,
    },
  },
});

${ORDERS}`,
      request: { ...REQUEST, method: 'PUT', headers: 'Content-Type: application/json', credentials: true },
    },
  },
  {
    id: 'public-api',
    title: 'Public API',
    state: {
      code: `CorsModule.forRoot({
  defaultPolicy: { origin: '*', maxAge: 600 },
});

@Controller('prices')
export class PricesController {
  @Get()
  list() {}
}
`,
      request: { ...REQUEST, url: 'https://api.example/prices', headers: 'X-Api-Key: 1' },
    },
  },
  {
    id: 'cookies-and-wildcard',
    title: 'Cookies to a public API',
    state: {
      code: `CorsModule.forRoot({
  defaultPolicy: { origin: '*' },
});

@Controller('prices')
export class PricesController {
  @Get()
  list() {}
}
`,
      request: { ...REQUEST, url: 'https://api.example/prices', credentials: true },
    },
  },
  {
    id: 'tenants',
    title: 'Subdomains of tenants',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    tenants: {
      origin: 'https://*.shop.example',
      credentials: true,
    },
  },
});

@Controller('basket')
@CorsPolicy('tenants')
export class BasketController {
  @Get()
  read() {}
}
`,
      request: { ...REQUEST, url: 'https://api.example/basket', origin: 'https://shop.example', credentials: true },
    },
  },
  {
    id: 'forgotten-origin',
    title: 'Origin that is not listed',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: ['https://app.example'],
      credentials: true,
    },
  },
});

${ORDERS}`,
      request: { ...REQUEST, origin: 'https://admin.example' },
    },
  },
  {
    id: 'narrow-headers',
    title: 'Header that is not allowed',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: 'https://app.example',
      allowedHeaders: ['Content-Type'],
    },
  },
});

${ORDERS}`,
      request: { ...REQUEST, method: 'PUT', headers: 'Content-Type: application/json\nAuthorization: Bearer 1' },
    },
  },
  {
    id: 'method',
    title: 'Method that is not allowed',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: 'https://app.example',
      methods: ['GET'],
    },
  },
});

${ORDERS}`,
      request: { ...REQUEST, method: 'PUT' },
    },
  },
  {
    id: 'closed-route',
    title: 'Closed route',
    state: {
      code: `CorsModule.forRoot({
  defaultPolicy: { origin: 'https://app.example' },
});

@Controller()
export class AdminController {
  @Get('status')
  status() {}

  @Post('purge')
  @NoCors({ enforce: true })
  purge() {}
}
`,
      request: { ...REQUEST, method: 'POST', url: 'https://api.example/purge' },
    },
  },
  {
    id: 'no-policy',
    title: 'Route without a policy',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: { origin: 'https://app.example' },
  },
});

@Controller('health')
export class HealthController {
  @Get()
  read() {}
}
`,
      request: { ...REQUEST, url: 'https://api.example/health' },
    },
  },
  {
    id: 'null-origin',
    title: 'Page without an origin',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: { origin: 'https://app.example' },
  },
});

${ORDERS}`,
      request: { ...REQUEST, origin: 'null' },
    },
  },
  {
    id: 'graphql',
    title: 'GraphQL without a controller',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: ['https://app.example', 'http://localhost:*'],
    },
  },
  routes: [{ path: '/graphql', policy: 'app' }],
});
`,
      request: {
        ...REQUEST,
        method: 'POST',
        url: 'https://api.example/graphql',
        origin: 'http://localhost:5173',
        headers: 'Content-Type: application/json',
      },
    },
  },
  {
    id: 'wrong-options',
    title: 'Options that stop startup',
    state: {
      code: `CorsModule.forRoot({
  policies: {
    app: {
      origin: 'app.example',
      credential: true,
    },
  },
});

${ORDERS}`,
      request: REQUEST,
    },
  },
];
