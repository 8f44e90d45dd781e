import type { ModulesContainer } from '@nestjs/core';
import type { CallSite } from '../config/call-site.js';
import { siteOfCall } from './app-line.js';

/** One `consumer.apply(…).forRoutes(…)` in the `configure()` of a module. */
export interface AppliedMiddleware {
  readonly middleware: readonly unknown[];
  /** The arguments of `forRoutes()`. */
  readonly routes: readonly unknown[];
  /** The line that has called `apply()`. */
  readonly site: CallSite;
}

interface Consumer {
  apply(...middleware: unknown[]): { forRoutes(...routes: unknown[]): unknown };
}

type Configure = (this: object, consumer: Consumer) => unknown;

/**
 * Tells which middleware the modules of an app apply, when Nest calls their `configure()`. Nest wraps a function before
 * the platform gets it: only this call shows it.
 *
 * @returns restores the modules
 */
export function watchConsumers(modules: ModulesContainer, note: (applied: AppliedMiddleware) => void): () => void {
  const restores = [...modules.values()].map((module) => {
    const instance = module.instance as { configure?: Configure } | undefined;
    const configure = instance?.configure;
    if (instance === undefined || typeof configure !== 'function') {
      return () => undefined;
    }
    const own = Object.getOwnPropertyDescriptor(instance, 'configure');
    const value: Configure = function (consumer) {
      watch(consumer, note);
      return configure.call(this, consumer);
    };
    Object.defineProperty(instance, 'configure', { value, configurable: true, writable: true, enumerable: false });
    return () => {
      if (own === undefined) {
        delete instance.configure;
      } else {
        Object.defineProperty(instance, 'configure', own);
      }
    };
  });
  return () => restores.forEach((restore) => restore());
}

/** Nest makes a consumer for each module and each start. */
function watch(consumer: Consumer, note: (applied: AppliedMiddleware) => void): void {
  const { apply } = consumer;
  consumer.apply = (...middleware) => {
    const site = siteOfCall();
    const proxy = apply.apply(consumer, middleware);
    const { forRoutes } = proxy;
    proxy.forRoutes = (...routes) => {
      note({ middleware, routes, site });
      return forRoutes.apply(proxy, routes);
    };
    return proxy;
  };
}

/**
 * The path that middleware is applied to with an argument of `forRoutes()`, and everything below it; empty: the whole app.
 * `undefined` for a controller.
 */
export function middlewarePath(route: unknown, prefix: string): string | undefined {
  const text = typeof route === 'object' && route !== null && 'path' in route ? route.path : route;
  return typeof text === 'string'
    ? `/${prefix}/${text}`
        .replace(/\/{2,}/g, '/')
        .replace(BELOW, '')
        .replace(/\/$/, '')
    : undefined;
}

/** A wildcard at the end, in each way that Nest takes: `*`, `/*path`, `{/*path}`, `{*path}`, `(.*)`. */
const BELOW = /(?:\/?\{\/?\*\w*\}|\/?\*\w*|\/?\(\.\*\))$/;
