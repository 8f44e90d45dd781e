import type { ModulesContainer } from '@nestjs/core';
import type { ConfigReader } from '../providers/config-origins.js';

/**
 * `@nestjs/config` is an optional peer: to import its class here would make every app install it. Its module provides
 * the service under a symbol too, which shows the class, whatever a bundler has called it. A service that a test puts
 * in the place of the class counts. An app may have a class `ConfigService` of its own instead.
 */
export function findConfigService(modules: ModulesContainer): ConfigReader | undefined {
  const all = [...modules.values()].flatMap(({ providers }) => [...providers.values()]);
  const own = all.find(({ token }) => typeof token === 'symbol' && token.description === 'CONFIG_SERVICE')?.metatype;
  const ofPackage =
    typeof own !== 'function' ? [] : all.filter(({ token, metatype }) => token === own || metatype === own);
  const found = [
    ...ofPackage.filter(({ token }) => token === own),
    ...ofPackage,
    ...all.filter(({ token, metatype }) => isCalled(token) || isCalled(metatype)),
  ];
  return found.map(({ instance }): unknown => instance).find(isConfigReader);
}

function isCalled(type: unknown): boolean {
  return typeof type === 'function' && type.name === 'ConfigService';
}

function isConfigReader(instance: unknown): instance is ConfigReader {
  return typeof (instance as Partial<ConfigReader> | undefined)?.get === 'function';
}
