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
 * The types of the public API. `npm run typecheck` is what judges them: each `@ts-expect-error` fails there where a wrong
 * use compiles, and each right use where it does not. When it runs, the file only shows that nothing of it throws.
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

/** Never called: what it says is for the compiler. */
function uses(inspector: CorsInspector, allowlists: CorsAllowlists): void {
  // What a policy takes.
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

  // @ts-expect-error -- a number is no origin
  CorsPolicy({ origin: 5 });
  // @ts-expect-error -- a class that is neither an allowlist nor a source
  CorsPolicy({ origin: NoProvider });
  // @ts-expect-error -- the items of a string are characters
  CorsPolicy({ origin: Spread });
  // @ts-expect-error -- a function for `cors` answers by a callback
  CorsPolicy({ origin: (_origin: string, callback: (error: null, allow: boolean) => void) => callback(null, true) });
  // @ts-expect-error -- a function answers with a boolean
  CorsPolicy({ origin: () => 'https://app.example' });
  // @ts-expect-error -- a token is written in an object
  CorsPolicy({ origin: { token: 'ORIGINS' } });
  // @ts-expect-error -- null is no origin; the string 'null' is
  CorsPolicy({ origin: null });
  // @ts-expect-error -- seconds are a number
  CorsPolicy({ origin: '*', maxAge: '600' });
  // @ts-expect-error -- a flag is a boolean
  CorsPolicy({ origin: '*', credentials: 'true' });
  // @ts-expect-error -- not a value of Cross-Origin-Resource-Policy
  CorsPolicy({ origin: '*', resourcePolicy: 'cross-site' });
  // @ts-expect-error -- an unknown field
  CorsPolicy({ origin: '*', allowHeaders: ['X-A'] });
  // @ts-expect-error -- an unknown flag
  CorsPolicy({ origin: '*', dangerously: { allowEverything: true } });
  // @ts-expect-error -- preflights never continue
  CorsPolicy({ origin: '*', preflightContinue: true });

  // Decorators.
  CorsPolicy('partner');
  CorsPolicy('partner', { maxAge: 60 });
  CorsPolicy({ maxAge: 60 });
  // @ts-expect-error -- options are given alone, or after a name
  CorsPolicy({ origin: '*' }, { maxAge: 60 });
  // @ts-expect-error -- a policy, by its name or its options
  CorsPolicy();
  // @ts-expect-error -- a name is a string
  CorsPolicy(Symbol('partner'));
  // @ts-expect-error -- there is nothing to say to it
  NoCors('partner');
  class Target {
    // @ts-expect-error -- on a class or a method, not on a property
    @CorsPolicy('partner') property = 1;
    // @ts-expect-error -- on a class or a method, not on a parameter
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
  // @ts-expect-error -- routes are a list
  CorsModule.forRoot({ routes: { path: '/graphql', policy: 'strings' } });
  // @ts-expect-error -- a route has a policy
  CorsModule.forRoot({ routes: [{ path: '/graphql' }] });
  // @ts-expect-error -- a feature has policies
  CorsModule.forFeature({});
  // @ts-expect-error -- a feature has no default
  CorsModule.forFeature({ policies: {}, defaultPolicy: 'one' });
  // @ts-expect-error -- an unknown time
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
  // @ts-expect-error -- a class that makes no options
  CorsModule.forRootAsync({ useClass: Stored });
  // @ts-expect-error -- a factory makes options
  CorsModule.forRootAsync({ useFactory: () => ({ policys: 5 }) });

  // The services.
  const reports: readonly RouteReport[] = inspector.routes();
  const decision: Decision | undefined = inspector.decisionOf({});
  const isTrusted: boolean = inspector.isTrusted({});
  const refreshed: Promise<void>[] = [allowlists.refresh(), allowlists.refresh(Stored), allowlists.refresh('ORIGINS')];
  const [status] = allowlists.status();
  const kind: 'source' | 'allowlist' | 'config' | 'function' | undefined = status?.kind;
  const reason: CorsReason | undefined = decision?.reason;
  // @ts-expect-error -- a report is read, not written
  reports[0]!.path = '/elsewhere';
  // @ts-expect-error -- a decision is plain data that cannot be changed
  decision!.allowed = true;
  // @ts-expect-error -- a reason is one of the codes
  if (reason === 'forbidden') {
    throw new Error(`${kind} ${isTrusted} ${refreshed.length}`);
  }
  // @ts-expect-error -- ConfigOrigins are made by forKey()
  new ConfigOrigins('CORS_ORIGINS');
  // @ts-expect-error -- a key is a string
  ConfigOrigins.forKey(5);

  // The ports.
  // @ts-expect-error -- a source loads
  class Empty implements OriginSource {}
  // @ts-expect-error -- an allowlist answers with a boolean
  const wrong: OriginAllowlist = { isAllowed: () => 'yes' };
  // @ts-expect-error -- a list is iterable
  const notIterable: OriginSource = { load: async () => 5 };
  // @ts-expect-error -- the key of a kept answer is a string
  const notAKey: OriginAllowlist = { isAllowed: () => true, cacheKey: () => 5 };
  const ask: OriginFunction = (origin) => origin !== '';
  const options: AllowlistOptions = { timeoutMs: 5 };
  const rule: CorsRouteRule = { path: '/a', policy: 'one', methods: 'GET' };
  // @ts-expect-error -- a context is read, not written
  const write: OriginFunction = (_origin, context) => (context.origin = '') === '';
  void [Empty, wrong, notIterable, notAKey, ask, options, rule, write, Target];
}

test('the public API has the types of the contract (docs/rules.md)', () => {
  expect(typeof uses).toBe('function');
  const issue: CorsIssue = { place: 'C', field: 'origin', value: 5, code: 'reported', reason: 'Five.' };
  expect(new CorsConfigurationError([issue]).issues).toEqual([issue]);
});

test('2.2: the decorators may be on classes and methods, also static and async ones', () => {
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
