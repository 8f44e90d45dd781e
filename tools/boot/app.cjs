// Starts one app as users do, with the second CORS layer that an argument names. Prints the outcome as JSON.

/** Ways to add a second CORS layer to an app. `only` is the platform of a way that does not exist on both. */
const layers = {
  none: {},
  option: { create: { cors: true } },
  'enableCors before init': { before: (app) => app.enableCors() },
  'enableCors after init': { after: (app) => app.enableCors() },
  'app.use(cors())': { before: (app, { cors }) => app.use(cors()) },
  'app.use(path, cors())': { before: (app, { cors }) => app.use('/webhooks', cors()) },
  'register, awaited': { only: 'fastify', before: (app, { fastifyCors }) => app.register(fastifyCors) },
  'register, not awaited': {
    only: 'fastify',
    before: (app, { fastifyCors }) => {
      app.register(fastifyCors);
    },
  },
  'cors in a router': {
    only: 'express',
    before: (app, { cors, express }) => {
      const router = express.Router();
      router.use(cors());
      app.use('/outer', router);
    },
  },
  'consumer.apply(cors())': { configure: (consumer, { cors }) => consumer.apply(cors()).forRoutes('*path') },
  'a provider in its constructor': { moment: 'constructor' },
  'a provider in onModuleInit': { moment: 'onModuleInit' },
  'a provider in onApplicationBootstrap': { moment: 'onApplicationBootstrap' },
};

async function boot(parts, platform, name) {
  const { common, core, adapters, lib } = parts;
  const { create, before, after, configure, moment } = layers[name];

  class Orders {
    list() {
      return 'orders';
    }
  }
  const list = Object.getOwnPropertyDescriptor(Orders.prototype, 'list');
  common.Get()(Orders.prototype, 'list', list);
  common.Controller('orders')(Orders);
  lib.CorsPolicy({ origin: 'https://app.example' })(Orders);

  class Opener {
    constructor(host) {
      this.host = host;
      this.reach('constructor');
    }
    reach(reached) {
      if (reached === moment) {
        this.host.httpAdapter.enableCors();
      }
    }
    onModuleInit() {
      this.reach('onModuleInit');
    }
    onApplicationBootstrap() {
      this.reach('onApplicationBootstrap');
    }
  }
  common.Injectable()(Opener);
  common.Inject(core.HttpAdapterHost)(Opener, undefined, 0);
  class OpenerModule {
    configure(consumer) {
      configure?.(consumer, parts);
    }
  }
  common.Module({ providers: [Opener] })(OpenerModule);
  class AppModule {}
  common.Module({ imports: [OpenerModule, lib.CorsModule.forRoot()], controllers: [Orders] })(AppModule);

  const options = { logger: false, abortOnError: false, ...create };
  const app = await core.NestFactory.create(AppModule, adapters[platform](), options);
  await before?.(app, parts);
  if (after !== undefined) {
    await app.init();
    await after(app, parts);
  }
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  const response = await fetch(`http://127.0.0.1:${port}/orders`, { headers: { origin: 'https://app.example' } });
  const allowed = response.headers.get('access-control-allow-origin');
  await app.close();
  return { listens: true, status: response.status, allowed };
}

module.exports.layers = layers;
module.exports.main = (parts) => {
  const [platform, name] = process.argv.slice(2);
  boot(parts, platform, name).then(
    (outcome) => console.log(JSON.stringify(outcome)),
    (error) =>
      console.log(
        JSON.stringify({ listens: false, codes: error.issues?.map(({ code }) => code), error: error.message }),
      ),
  );
};
