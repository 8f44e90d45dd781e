import type { ModulesContainer } from '@nestjs/core';
import type { CallSite } from '../config/call-site.js';
import { framesOf, siteOfCall } from './app-line.js';
import { middlewarePath, watchConsumers } from './middleware-consumers.js';

/** Methods of a Nest adapter with which an app adds a CORS layer. */
const ADDING = ['enableCors', 'use', 'register'] as const;

/** One call of a method that may have added a CORS layer. */
export interface AdapterCall {
  /** `apply`: `consumer.apply(…)` in the `configure()` of a module. */
  readonly method: (typeof ADDING)[number] | 'apply';
  readonly args: readonly unknown[];
  /** Of `apply`, the path that it is for; empty: the whole app; `undefined`: not known as text. */
  readonly path?: string | undefined;
  /** The calls that this one has made: `enableCors()` of Express calls `use()`. */
  readonly inner: readonly AdapterCall[];
  readonly site: CallSite;
}

type CalledAdapter = Record<string, unknown>;
type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Records what the app adds to its adapter, and what its modules apply as middleware, so that a message can show the line.
 * It sees calls after its creation only.
 */
export class AdapterCalls {
  readonly calls: AdapterCall[] = [];
  private readonly open: AdapterCall[] = [];
  private readonly restores: (() => void)[] = [];
  private watches = true;

  /** @param prefix the global prefix of the app */
  constructor(
    private readonly adapter: object,
    modules: ModulesContainer,
    prefix: () => string,
  ) {
    // By then each module has its instance, and none is configured.
    this.wrap('init', (call) => {
      this.watchModules(modules, prefix);
      return call();
    });
    for (const method of ADDING) {
      this.wrap(method, (call, args) => this.note(method, call, args));
    }
  }

  /** Runs a check when the app begins to listen, before the server is opened; what it throws rejects `app.listen()`. */
  beforeListening(check: () => void): void {
    this.wrap('listen', (call) => {
      if (this.watches) {
        check();
      }
      return call();
    });
  }

  /** Restores the methods of the adapter and of the modules, the last wrapped one first. */
  release(): void {
    this.watches = false;
    this.calls.length = 0;
    this.restores
      .splice(0)
      .reverse()
      .forEach((restore) => restore());
  }

  private watchModules(modules: ModulesContainer, prefix: () => string): void {
    const restore = watchConsumers(modules, ({ middleware, routes, site }) => {
      for (const route of routes.flat()) {
        const path = middlewarePath(route, prefix());
        this.calls.push({ method: 'apply', args: middleware, path, inner: [], site });
      }
    });
    this.restores.push(restore);
  }

  private note(method: AdapterCall['method'], call: () => unknown, args: readonly unknown[]): unknown {
    const noted = { method, args, inner: [] as AdapterCall[], site: siteOfCall() };
    const outer = this.open.at(-1);
    const calls = outer === undefined ? this.calls : (outer.inner as AdapterCall[]);
    if (this.watches) {
      calls.push(noted);
    }
    this.open.push(noted);
    try {
      return call();
    } finally {
      this.open.pop();
    }
  }

  private wrap(name: string, around: (call: () => unknown, args: readonly unknown[]) => unknown): void {
    const adapter = this.adapter as CalledAdapter;
    const original = adapter[name];
    if (typeof original !== 'function') {
      return;
    }
    const own = Object.getOwnPropertyDescriptor(adapter, name);
    const wrapped: Method = function (this: unknown, ...args) {
      return around(() => (original as Method).apply(this, args), args);
    };
    Object.defineProperty(adapter, name, { value: wrapped, configurable: true, writable: true, enumerable: false });
    this.restores.push(() => {
      if (adapter[name] !== wrapped) {
        // Other code has wrapped it since.
        return;
      }
      if (own === undefined) {
        delete adapter[name];
      } else {
        Object.defineProperty(adapter, name, own);
      }
    });
  }
}

/** Reports whether Nest made the call itself, for the `cors` option of `NestFactory.create()`. */
export function isCorsOption({ method, site }: AdapterCall): boolean {
  return method === 'enableCors' && framesOf(site).some((frame) => /\bapplyOptions \(/.test(frame));
}

/** Reports whether the call was made on the app (`app.enableCors()`), not on its adapter. */
export function isMadeByApp({ method, site }: AdapterCall): boolean {
  return framesOf(site).some((frame) => frame.includes(`NestApplication.${method} (`));
}
