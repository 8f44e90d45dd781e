import { type Asked, MainFiles, mayRead } from '../support/main-files.js';

/* `cors-policy migrate` on main files as people write them: each is started before and after, and asked as a browser asks. */

const CREATE = 'const app = await NestFactory.create(AppModule);';

interface Form {
  readonly name: string;
  readonly platform?: 'fastify';
  /** Lines above the function. */
  readonly top?: string;
  /** The lines of the function before `app.listen()`. */
  readonly body: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Modules that the root module imports, as code. */
  readonly imports?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A part of the comment of a form that is left as it is. */
  readonly left?: string;
  /** Requests that were granted before and are not any more, and a part of the note that names the difference. */
  readonly narrower?: readonly [(request: Asked) => boolean, string];
}

const ORIGINS = [
  ...['https://a.example', 'https://b.example', 'https://sub.a.example', 'http://192.168.0.2:3000'],
  ...['http://localhost:3000', 'https://evila.example', 'null'],
];

/** `LOCK` is a method that no cors grants by itself. */
const ASKED: readonly Asked[] = ORIGINS.flatMap((origin) =>
  [
    ['GET', []],
    ['POST', ['content-type']],
    ['PUT', ['authorization']],
    ['PATCH', []],
    ['DELETE', ['x-own']],
    ['LOCK', []],
  ].flatMap(([method, headers]) =>
    [true, false].map((credentials) => ({ origin, method, headers, credentials }) as Asked),
  ),
);

const FASTIFY = {
  platform: 'fastify',
  top: "import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';",
} as const;
const CREATE_FASTIFY = 'const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());';

/** A function as half of the tutorials have it. */
const CALLBACK = `origin: (origin, callback) => {
      if (!origin || allowed.indexOf(origin) !== -1) {
        callback(null, true);
      } else {
        callback(new Error('Not allowed by CORS'));
      }
    },`;

const FORMS: readonly Form[] = [
  { name: 'enableCors()', body: `${CREATE}\n  app.enableCors();` },
  {
    name: 'an origin, with credentials',
    body: `${CREATE}\n  app.enableCors({ origin: 'https://a.example', credentials: true });`,
  },
  {
    name: 'a list, methods and headers',
    body: `${CREATE}
  app.setGlobalPrefix('');
  app.enableCors({
    origin: ['https://a.example', 'http://localhost:3000'],
    methods: ['GET', 'POST', 'PUT'],
    allowedHeaders: ['Content-Type', 'Authorization'],
    exposedHeaders: 'X-Total',
    maxAge: 60 * 60,
  });`,
  },
  {
    name: 'methods as one text',
    body: `${CREATE}\n  app.enableCors({ origin: '*', methods: 'GET,HEAD,POST,DELETE' });`,
  },
  { name: 'the option cors: true', body: 'const app = await NestFactory.create(AppModule, { cors: true });' },
  {
    name: 'the option cors beside another',
    body: "const app = await NestFactory.create(AppModule, { logger: false, cors: { origin: ['https://b.example'] } });",
  },
  { name: 'origin: true', body: `${CREATE}\n  app.enableCors({ origin: true });` },
  { name: 'origin: true with credentials', body: `${CREATE}\n  app.enableCors({ origin: true, credentials: true });` },
  { name: "'*' with credentials", body: `${CREATE}\n  app.enableCors({ origin: '*', credentials: true });` },
  { name: 'credentials alone', body: `${CREATE}\n  app.enableCors({ credentials: true });` },
  { name: 'origin: false', body: `${CREATE}\n  app.enableCors({ origin: false });` },
  {
    name: 'an http: origin with credentials',
    body: `${CREATE}\n  app.enableCors({ origin: 'http://192.168.0.2:3000', credentials: true });`,
  },
  { name: "'null' in a list", body: `${CREATE}\n  app.enableCors({ origin: ['https://a.example', 'null'] });` },
  {
    name: 'a wildcard that cors does not know',
    body: `${CREATE}\n  app.enableCors({ origin: ['https://*.a.example', 'https://a.example'] });`,
  },
  {
    name: 'a slash at the end, and no scheme',
    body: `${CREATE}\n  app.enableCors({ origin: ['https://a.example/', 'b.example', 'https://b.example'] });`,
  },
  {
    name: 'several origins in one text',
    body: `${CREATE}\n  app.enableCors({ origin: 'https://a.example,https://b.example' });`,
  },
  {
    name: 'an anchored RegExp',
    body: `${CREATE}\n  app.enableCors({ origin: [/^https:\\/\\/([a-z]+\\.)?a\\.example$/], credentials: true });`,
  },
  {
    name: 'a RegExp that is not anchored',
    body: `${CREATE}\n  app.enableCors({ origin: /a\\.example$/ });`,
    left: 'Anchor every alternative',
  },
  {
    name: 'a callback that looks into a list',
    top: "const allowed = ['https://a.example', 'http://localhost:3000'];",
    body: `${CREATE}\n  app.enableCors({\n    ${CALLBACK}\n    credentials: true,\n  });`,
  },
  {
    name: 'a callback that looks into a list of the environment',
    env: { CALLBACK_ORIGINS: 'https://a.example,https://b.example' },
    body: `${CREATE}\n  const allowed = (process.env.CALLBACK_ORIGINS || '').split(',');\n  app.enableCors({\n    ${CALLBACK}\n  });`,
  },
  {
    name: 'a callback that calculates',
    body: `${CREATE}\n  app.enableCors({ origin: (origin, callback) => callback(null, !!origin && origin.endsWith('a.example')) });`,
    left: 'more than look an origin up',
  },
  {
    name: 'a variable of the environment',
    env: { ONE_ORIGIN: 'https://b.example' },
    body: `${CREATE}\n  app.enableCors({ origin: process.env.ONE_ORIGIN, credentials: true });`,
  },
  {
    name: 'a variable that is not set, with * in its place',
    body: `${CREATE}\n  app.enableCors({ origin: process.env.NO_SUCH_ORIGIN || '*' });`,
    narrower: [({ origin }) => origin === 'null', 'except those of the origin null'],
  },
  {
    name: 'a variable that is *, with credentials',
    env: { STAR_ORIGIN: '*' },
    body: `${CREATE}\n  app.enableCors({ origin: process.env.STAR_ORIGIN, credentials: true });`,
    narrower: [({ credentials }) => !credentials, "If `process.env.STAR_ORIGIN` is '*'"],
  },
  {
    name: 'a variable with a list',
    env: { MANY_ORIGINS: 'https://a.example, https://*.b.example' },
    body: `${CREATE}\n  app.enableCors({ origin: process.env.MANY_ORIGINS?.split(',').map((each) => each.trim()) ?? [] });`,
  },
  {
    name: 'a list of texts and variables',
    env: { LISTED_ORIGIN: 'https://b.example' },
    body: `${CREATE}\n  app.enableCors({ origin: ['https://a.example', process.env.LISTED_ORIGIN!, process.env.MISSING_ORIGIN].filter(Boolean) as string[] });`,
  },
  {
    name: 'a variable and a list of a file .env',
    imports: "require('@nestjs/config').ConfigModule.forRoot({ envFilePath: __dirname + '/.env' })",
    files: { '.env': 'FILE_ORIGIN=https://b.example\nFILE_ORIGINS=https://a.example,http://localhost:3000\n' },
    body: `${CREATE}\n  app.enableCors({ origin: [process.env.FILE_ORIGIN!, ...process.env.FILE_ORIGINS!.split(',')], credentials: true });`,
    left: 'not known from the source text',
  },
  {
    name: 'a list of a file .env',
    imports: "require('@nestjs/config').ConfigModule.forRoot({ envFilePath: __dirname + '/.env' })",
    files: { '.env': 'FILE_ORIGINS=https://a.example,http://localhost:3000\n' },
    body: `${CREATE}\n  app.enableCors({ origin: process.env.FILE_ORIGINS?.split(','), credentials: true });`,
  },
  {
    name: 'a condition of a file .env',
    imports: "require('@nestjs/config').ConfigModule.forRoot({ envFilePath: __dirname + '/.env' })",
    files: { '.env': 'FILE_STAGE=development\n' },
    body: `${CREATE}\n  if (process.env.FILE_STAGE === 'development') {\n    app.enableCors({ origin: 'http://localhost:3000' });\n  }`,
  },
  { name: "app['enableCors']()", body: `${CREATE}\n  app['enableCors']({ origin: 'https://a.example' });` },
  {
    name: 'a list that changes behind a cast',
    body: `${CREATE}\n  const list: readonly string[] = ['https://a.example'];\n  const other = list as string[];\n  other.push('https://b.example');\n  app.enableCors({ origin: list as string[] });`,
    left: 'not known from the source text',
  },
  {
    name: 'options in a file of their own',
    top: "import { corsOptions } from './cors.options';",
    files: {
      'cors.options.ts':
        "export const corsOptions = {\n  origin: ['https://b.example'],\n  credentials: true,\n  methods: ['GET', 'PUT', 'POST'],\n};\n",
    },
    body: `${CREATE}\n  app.enableCors(corsOptions);`,
  },
  {
    name: 'a condition',
    env: { CORS_STAGE: 'development' },
    body: `${CREATE}\n  if (process.env.CORS_STAGE !== 'production') {\n    app.enableCors({ origin: 'http://localhost:3000' });\n  }`,
  },
  {
    name: 'a condition that does not hold',
    env: { CORS_STAGE: 'development' },
    body: `${CREATE}\n  if (process.env.CORS_STAGE === 'production') app.enableCors();`,
  },
  {
    name: 'one or the other',
    env: { CORS_STAGE: 'development' },
    body: `${CREATE}\n  const isProduction = process.env.CORS_STAGE === 'production';
  if (isProduction) {
    app.enableCors({ origin: ['https://a.example'], credentials: true });
  } else {
    app.enableCors();
  }`,
  },
  {
    name: 'app.use(cors())',
    top: "import cors from 'cors';",
    body: `${CREATE}\n  app.use(cors());`,
  },
  {
    name: 'app.use(cors(…)) by a namespace',
    top: "import * as cors from 'cors';",
    body: `${CREATE}\n  app.use(cors({ origin: 'https://a.example' }));`,
  },
  {
    name: 'cors() on a path',
    top: "import cors from 'cors';",
    body: `${CREATE}\n  app.use('/orders', cors());`,
    left: 'for a part of the app only',
  },
  {
    name: 'something on the app before',
    body: `${CREATE}\n  app.use('/early', (_request: unknown, response: { end(): void }) => response.end());\n  app.enableCors();`,
    left: 'is before it',
  },
  {
    name: 'allowedHeaders: *',
    body: `${CREATE}\n  app.enableCors({ allowedHeaders: '*' });`,
    left: 'no Authorization',
  },
  { name: 'methods: *', body: `${CREATE}\n  app.enableCors({ methods: '*' });` },
  {
    name: 'methods in lower case',
    body: `${CREATE}\n  app.enableCors({ methods: ['get', 'put'] });`,
    left: 'as they are written',
  },
  {
    name: 'methods without POST',
    body: `${CREATE}\n  app.enableCors({ methods: ['GET', 'PUT'] });`,
    narrower: [({ method }) => method === 'POST', 'POST is not in methods'],
  },
  {
    name: 'preflightContinue',
    body: `${CREATE}\n  app.enableCors({ preflightContinue: true });`,
    left: 'your own handlers answer preflights',
  },
  {
    name: 'optionsSuccessStatus',
    body: `${CREATE}\n  app.enableCors({ optionsSuccessStatus: 200, preflightContinue: false });`,
  },
  {
    name: 'a value of the configuration',
    top: 'const settings = { get: (_key: string) => "https://a.example" };',
    body: `${CREATE}\n  app.enableCors({ origin: settings.get('ORIGIN') });`,
    left: 'not known from the source text',
  },
  { name: 'Fastify, enableCors()', ...FASTIFY, body: `${CREATE_FASTIFY}\n  app.enableCors();` },
  {
    name: 'Fastify, a list with credentials',
    ...FASTIFY,
    body: `${CREATE_FASTIFY}\n  app.enableCors({ origin: ['https://a.example'], credentials: true, methods: ['GET', 'POST', 'PUT', 'DELETE'] });`,
  },
  {
    name: 'Fastify, * in a list',
    ...FASTIFY,
    body: `${CREATE_FASTIFY}\n  app.enableCors({ origin: ['*'], credentials: true });`,
  },
  {
    name: 'Fastify, the plugin',
    platform: 'fastify',
    top: `${FASTIFY.top}\nimport fastifyCors from '@fastify/cors';`,
    body: `${CREATE_FASTIFY}\n  await app.register(fastifyCors, { origin: 'https://b.example', strictPreflight: false });`,
  },
  {
    name: 'Fastify, a callback',
    ...FASTIFY,
    body: `${CREATE_FASTIFY}\n  const allowed = ['https://a.example'];\n  app.enableCors({\n    ${CALLBACK}\n  });`,
  },
];

const moduleOf = ({ imports = '' }: Form): string => `import { All, Controller, Module } from '@nestjs/common';

@Controller('orders')
class OrdersController {
  @All()
  all(): string {
    return 'orders';
  }
}

@Module({
  imports: [${imports}],
  controllers: [OrdersController],
})
export class AppModule {}
`;

const mainOf = ({ top = '', body }: Form): string => `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
${top}

async function bootstrap() {
  ${body}

  await app.listen(3000);
}
bootstrap();
`;

describe('cors-policy migrate', () => {
  let apps: MainFiles;

  beforeAll(async () => {
    apps = await MainFiles.open(Object.assign({}, ...FORMS.map((form) => form.env ?? {})) as Record<string, string>);
  }, 120_000);

  afterAll(() => apps.close());

  it.each(FORMS)(
    'grants the same or less, and names it: $name',
    async (form) => {
      const before = { 'main.ts': mainOf(form), 'app.module.ts': moduleOf(form), ...form.files };
      const { after, stdout, stderr, folder } = await apps.migrate(before);

      expect(stdout).toContain('+++ b/');
      if (form.left === undefined) {
        expect(stderr).not.toContain('Not translated');
        expect(after['app.module.ts']).toMatch(/CorsModule\.forRoot(?:Async)?\(/);
        expect(after['main.ts']).not.toMatch(/cors\b/i);
      } else {
        expect(after['main.ts']!.replaceAll(/\s+(?:\/\/ )?/g, ' ')).toContain(form.left);
        expect(after['app.module.ts']).toBe(moduleOf(form));
      }
      const ports = [await apps.start(before, `${folder}/before`), await apps.start(after, `${folder}/after`)] as const;
      const changed: Asked[] = [];
      for (const asked of ASKED) {
        const [was, is] = [await mayRead(ports[0], asked, '/orders'), await mayRead(ports[1], asked, '/orders')];
        expect({ asked, wider: is && !was }).toEqual({ asked, wider: false });
        if (was && !is) {
          changed.push(asked);
        }
      }
      expect(changed.filter((asked) => !form.narrower?.[0](asked))).toEqual([]);
      expect(changed.length > 0).toBe(form.narrower !== undefined);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(form.narrower?.[1] ?? '');
    },
    60_000,
  );
});
