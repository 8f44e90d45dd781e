import { Controller, Get, Injectable } from '@nestjs/common';
import {
  type AllowlistOptions,
  ConfigOrigins,
  CorsAllowlists,
  CorsConfigurationError,
  type CorsContext,
  CorsInspector,
  type CorsIssue,
  CorsModule,
  type CorsModuleOptions,
  type CorsOptionsFactory,
  CorsPolicy,
  type CorsPolicyOptions,
  type CorsReason,
  type CorsRouteRule,
  type Decision,
  NoCors,
  type OriginAllowlist,
  type OriginFunction,
  type OriginLookup,
  type OriginSource,
  type RouteReport,
} from '../../lib/index.js';

/*
 * The types of the public API. `npm run typecheck` checks them: it fails if a wrong use, marked by `@ts-expect-error`,
 * compiles, or if a right use does not compile. The run of this file shows only that nothing throws.
 */

@Injectable()
class Stored implements OriginSource {
  async load(signal: AbortSignal): Promise<Iterable<string>> {
    return signal.aborted ? [] : new Set(['https://app.example']);
  }
  watch(changed: () => void): () => Promise<void> {
    changed();
    return async () => undefined;
  }
}

@Injectable()
class Asked implements OriginAllowlist {
  constructor(private readonly suffix: string) {}
  cacheKey({ hostname }: CorsContext): string {
    return hostname;
  }
  isAllowed(origin: string, { params, route, preflight, method, url }: CorsContext): boolean {
    const tenant: string | readonly string[] | undefined = params['tenant'];
    return [tenant, route?.path, preflight, method, url].length > 0 && origin.endsWith(this.suffix);
  }
}

abstract class AbstractOrigins implements OriginAllowlist {
  abstract isAllowed(origin: string): Promise<boolean>;
}

class NoProvider {
  readonly other = true;
}

@Injectable()
class Fixed implements OriginSource, OriginLookup {
  load(): string[] {
    return ['https://app.example'];
  }
  lookUp(patterns: readonly string[]): Set<string> {
    return new Set(patterns);
  }
  version(): number {
    return 1;
  }
}

class Spread {
  load(): string {
    return 'https://app.example';
  }
}

/** Never called. Only the compiler reads it. */
function uses(inspector: CorsInspector, allowlists: CorsAllowlists): void {
  // Policies.
  const policies = {
    strings: { origin: 'https://app.example' },
    list: { origin: ['https://app.example', /^https:\/\/a$/, true, Stored, Asked, Symbol('origins')] },
    constant: { origin: ['https://app.example', '*'] as const },
    stored: { origin: Stored },
    fixed: { origin: Fixed },
    methods: { origin: '*', methods: ['GET', 'PURGE'] },
    abstract: { origin: AbstractOrigins },
    token: { origin: { provider: 'ORIGINS' } },
    configured: { origin: ConfigOrigins.forKey('CORS_ORIGINS') },
    sync: { origin: (origin, { hostname }) => origin.endsWith(hostname) },
    async: { origin: async (origin, context) => origin === context.origin },
    all: {
      origin: false,
      methods: ['GET'],
      allowedHeaders: '*',
      exposedHeaders: 'X-A, X-B',
      credentials: true,
      maxAge: 600,
      enforce: true,
      override: true,
      resourcePolicy: 'cross-origin',
      timing: true,
      privateNetwork: false,
      optionsSuccessStatus: 200,
      dangerously: { allowInsecureOrigins: true },
    },
    undefined: { origin: undefined, maxAge: undefined },
  } satisfies Record<string, CorsPolicyOptions>;

  // @ts-expect-error -- a number is not an origin
  CorsPolicy({ origin: 5 });
  // @ts-expect-error -- a class that is neither an allowlist nor a source
  CorsPolicy({ origin: NoProvider });
  // @ts-expect-error -- a source must not load one string, whose items are characters
  CorsPolicy({ origin: Spread });
  // @ts-expect-error -- a function for the package `cors` answers with a callback
  CorsPolicy({ origin: (_origin: string, callback: (error: null, allow: boolean) => void) => callback(null, true) });
  // @ts-expect-error -- a function must answer with a boolean
  CorsPolicy({ origin: () => 'https://app.example' });
  // @ts-expect-error -- the field of a token is named `provider`
  CorsPolicy({ origin: { token: 'ORIGINS' } });
  // @ts-expect-error -- null is not an origin; the string 'null' is one
  CorsPolicy({ origin: null });
  // @ts-expect-error -- maxAge must be a number of seconds
  CorsPolicy({ origin: '*', maxAge: '600' });
  // @ts-expect-error -- credentials must be a boolean
  CorsPolicy({ origin: '*', credentials: 'true' });
  // @ts-expect-error -- not a value of Cross-Origin-Resource-Policy
  CorsPolicy({ origin: '*', resourcePolicy: 'cross-site' });
  // @ts-expect-error -- an unknown field
  CorsPolicy({ origin: '*', allowHeaders: ['X-A'] });
  // @ts-expect-error -- an unknown flag
  CorsPolicy({ origin: '*', dangerously: { allowEverything: true } });
  // @ts-expect-error -- an option of `cors` that does not exist here
  CorsPolicy({ origin: '*', preflightContinue: true });

  // Decorators.
  CorsPolicy('partner');
  CorsPolicy('partner', { maxAge: 60 });
  CorsPolicy({ maxAge: 60 });
  // @ts-expect-error -- options must be alone, or after a name
  CorsPolicy({ origin: '*' }, { maxAge: 60 });
  // @ts-expect-error -- a name or options are required
  CorsPolicy();
  // @ts-expect-error -- a name must be a string
  CorsPolicy(Symbol('partner'));
  // @ts-expect-error -- NoCors() has no parameter
  NoCors('partner');
  class Target {
    // @ts-expect-error -- allowed on a class or a method, not on a property
    @CorsPolicy('partner') property = 1;
    // @ts-expect-error -- allowed on a class or a method, not on a parameter
    method(@NoCors() parameter: string): string {
      return parameter;
    }
  }

  // The module.
  CorsModule.forRoot();
  CorsModule.forRoot({
    policies,
    defaultPolicy: 'strings',
    routes: [{ path: '/graphql', policy: 'strings' }],
    debug: true,
  });
  CorsModule.forRoot({ defaultPolicy: { origin: '*' }, allowlists: { refreshMs: 1, maxStaleMs: 10 } });
  CorsModule.forFeature({ policies: { one: { origin: '*' } } });
  // @ts-expect-error -- an unknown option
  CorsModule.forRoot({ policys: {} });
  // @ts-expect-error -- routes must be a list
  CorsModule.forRoot({ routes: { path: '/graphql', policy: 'strings' } });
  // @ts-expect-error -- an entry of routes must have a policy
  CorsModule.forRoot({ routes: [{ path: '/graphql' }] });
  // @ts-expect-error -- policies are required
  CorsModule.forFeature({});
  // @ts-expect-error -- forFeature() has no defaultPolicy
  CorsModule.forFeature({ policies: {}, defaultPolicy: 'one' });
  // @ts-expect-error -- an unknown option of allowlists
  CorsModule.forRoot({ allowlists: { ttl: 5 } });

  class Factory implements CorsOptionsFactory {
    createCorsOptions(): CorsModuleOptions {
      return { policies };
    }
  }
  CorsModule.forRootAsync({ useFactory: () => ({ policies }) });
  CorsModule.forRootAsync({
    inject: [Stored, 'HOME'],
    useFactory: async (_stored: Stored, home: string) => ({ defaultPolicy: home }),
  });
  CorsModule.forRootAsync({ useClass: Factory, imports: [] });
  CorsModule.forRootAsync({ useExisting: Factory });
  // @ts-expect-error -- a class without createCorsOptions()
  CorsModule.forRootAsync({ useClass: Stored });
  // @ts-expect-error -- a factory must return options
  CorsModule.forRootAsync({ useFactory: () => ({ policys: 5 }) });

  // The services.
  const reports: readonly RouteReport[] = inspector.routes();
  const decision: Decision | undefined = inspector.decisionOf({});
  const isTrusted: boolean = inspector.isTrusted({});
  const refreshed: Promise<void>[] = [allowlists.refresh(), allowlists.refresh(Stored), allowlists.refresh('ORIGINS')];
  const [status] = allowlists.status();
  const kind: 'source' | 'allowlist' | 'config' | 'function' | undefined = status?.kind;
  const reason: CorsReason | undefined = decision?.reason;
  // @ts-expect-error -- a report is read-only
  reports[0]!.path = '/elsewhere';
  // @ts-expect-error -- a decision is read-only
  decision!.allowed = true;
  // @ts-expect-error -- not one of the codes
  if (reason === 'forbidden') {
    throw new Error(`${kind} ${isTrusted} ${refreshed.length}`);
  }
  // @ts-expect-error -- forKey() creates ConfigOrigins
  new ConfigOrigins('CORS_ORIGINS');
  // @ts-expect-error -- a key must be a string
  ConfigOrigins.forKey(5);

  // The ports.
  // @ts-expect-error -- a source must have load()
  class Empty implements OriginSource {}
  // @ts-expect-error -- isAllowed() must return a boolean
  const wrong: OriginAllowlist = { isAllowed: () => 'yes' };
  // @ts-expect-error -- load() must return an iterable
  const notIterable: OriginSource = { load: async () => 5 };
  // @ts-expect-error -- cacheKey() must return a string
  const notAKey: OriginAllowlist = { isAllowed: () => true, cacheKey: () => 5 };
  const ask: OriginFunction = (origin) => origin !== '';
  const options: AllowlistOptions = { timeoutMs: 5 };
  const rule: CorsRouteRule = { path: '/a', policy: 'one', methods: 'GET' };
  // @ts-expect-error -- a context is read-only
  const write: OriginFunction = (_origin, context) => (context.origin = '') === '';
  void [Empty, wrong, notIterable, notAKey, ask, options, rule, write, Target];
}

test('the public API has the types that docs/rules.md describes', () => {
  expect(typeof uses).toBe('function');
  const issue: CorsIssue = { place: 'C', field: 'origin', value: 5, code: 'reported', reason: 'Five.' };
  expect(new CorsConfigurationError([issue]).issues).toEqual([issue]);
});

test('2.2: the decorators are allowed on classes and on methods, also static and async ones', () => {
  @CorsPolicy('partner')
  @Controller()
  class TypedController {
    @Get()
    @CorsPolicy({ maxAge: 5 })
    async read(): Promise<string> {
      return 'read';
    }
    @NoCors()
    static helper(): void {
      return undefined;
    }
  }
  expect(new TypedController().read()).toBeInstanceOf(Promise);
  expect(TypedController.helper()).toBeUndefined();
});
