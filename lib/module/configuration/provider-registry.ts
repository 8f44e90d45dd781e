import type { InjectionToken } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { AskedAllowlist } from '../../allowlists/asked-allowlist.js';
import { AskedFunction, type OriginFunction } from '../../allowlists/asked-function.js';
import { type ConfigOrigins, isConfigOrigins } from '../../allowlists/config-origins.js';
import { configStatus } from '../../allowlists/config-status.js';
import type { AllowlistLog } from '../../allowlists/log.js';
import type { ResolvedAllowlistOptions } from '../../allowlists/options.js';
import { LookedUpAllowlist } from '../../allowlists/looked-up-allowlist.js';
import type { OriginAllowlist, OriginLists, OriginLookup, OriginSource } from '../../allowlists/ports.js';
import type { AllowlistSetup } from '../../allowlists/setup.js';
import { SourceAllowlist } from '../../allowlists/source-allowlist.js';
import type { Allowlist } from '../../allowlists/status.js';
import type { OriginProvider } from '../../core/origins/admission.js';
import type { OriginTerm } from '../../core/policies/policy-fields.js';
import { quote } from '../../core/problems/quote.js';
import type { Report } from '../../core/policies/read-fields.js';
import { readOriginExpression, readOriginFlag, readOriginText } from '../../core/policies/read-origin.js';
import type { CorsOrigin } from '../options.js';

type AnyProvider = OriginSource | OriginLookup | OriginAllowlist;
type ProviderAllowlist = SourceAllowlist | LookedUpAllowlist | AskedAllowlist;

/** What the registry finds providers in, and how it keeps what they answer. */
export interface RegistrySources {
  readonly moduleRef: ModuleRef;
  readonly modules: ModulesContainer;
  readonly options: ResolvedAllowlistOptions;
  readonly log: AllowlistLog;
  /** Whether the app's providers are not made: they are then named, and admit nobody. */
  readonly unresolved: boolean;
}

/** Reads what a policy's `origin` names, and keeps the one allowlist of each provider that is named. */
export class ProviderRegistry {
  private readonly allowlists = new Map<unknown, ProviderAllowlist>();
  private readonly functions = new Map<OriginFunction, AskedFunction>();
  private readonly configured = new Map<string, Pick<Allowlist, 'refresh' | 'status' | 'checks'>>();

  constructor(private readonly app: RegistrySources) {}

  /** All that policies name beside plain origins: providers by token, functions, configuration by key. */
  get all(): ReadonlyMap<unknown, Pick<Allowlist, 'refresh' | 'status' | 'checks'>> {
    return new Map<unknown, Pick<Allowlist, 'refresh' | 'status' | 'checks'>>([
      ...this.allowlists,
      ...this.functions,
      ...this.configured,
    ]);
  }

  /** The ones among them that nothing can be kept of. */
  get askedEachTime(): readonly AskedAllowlist[] {
    return [...this.allowlists.values()].filter(
      (allowlist): allowlist is AskedAllowlist => allowlist instanceof AskedAllowlist && allowlist.asksEachTime,
    );
  }

  /** The ones among them that are loaded, refreshed or watched: they start and stop with the app. */
  get running(): readonly (SourceAllowlist | LookedUpAllowlist)[] {
    return [...this.allowlists.values()].filter(
      (allowlist): allowlist is SourceAllowlist | LookedUpAllowlist => !(allowlist instanceof AskedAllowlist),
    );
  }

  /** Reads a policy's `origin`; what is wrong with it is reported and left out. */
  read(origin: CorsOrigin | readonly CorsOrigin[], place: string, report: Report): readonly OriginTerm[] {
    const list = Array.isArray(origin) ? (origin as readonly CorsOrigin[]) : [origin as CorsOrigin];
    if (list.length === 0) {
      report({
        value: origin,
        code: 'origin-empty',
        reason: 'The list is empty; more often than not something was meant to fill it.',
        suggestion: 'origin: false, if nobody is to be let in',
      });
    }
    return list.flatMap((element) => this.readOne(element, place, report));
  }

  private readOne(origin: CorsOrigin, place: string, report: Report): readonly OriginTerm[] {
    if (typeof origin === 'string') {
      return readOriginText(origin, place, report);
    }
    if (typeof origin === 'boolean') {
      return readOriginFlag(origin, place);
    }
    if (origin instanceof RegExp) {
      return readOriginExpression(origin, report);
    }
    if (isConfigOrigins(origin)) {
      return this.app.unresolved ? this.termFor(unresolved(origin.key)) : this.readConfig(origin, report);
    }
    const reference = referenceIn(origin);
    if (reference !== undefined) {
      return this.termFor(this.app.unresolved ? this.name(reference, report) : this.resolve(reference, report));
    }
    if (typeof origin === 'function') {
      return this.termFor(this.askFunction(origin as OriginFunction));
    }
    report({
      value: origin,
      code: 'not-an-origin',
      reason: `${quote(origin)} is no origin: a string, RegExp, boolean, function, provider class, symbol or { provider }.`,
    });
    return [];
  }

  private termFor(provider: OriginProvider | undefined): readonly OriginTerm[] {
    return provider === undefined ? [] : [{ kind: 'provider', provider }];
  }

  private askFunction(ask: OriginFunction): AskedFunction {
    const { options, log } = this.app;
    const label = ask.name === '' ? 'an origin function' : `${ask.name}()`;
    const known = this.functions.get(ask) ?? new AskedFunction({ token: ask, label, provider: ask, options, log });
    this.functions.set(ask, known);
    return known;
  }

  /** A provider that is declared, but not made. */
  private name(reference: ProviderReference, report: Report): OriginProvider | undefined {
    const isDeclared = [...this.app.modules.values()].some(({ providers }) => providers.has(reference.token));
    if (!isDeclared) {
      reportMissing(reference.token, report);
    }
    return isDeclared ? unresolved(labelOf(reference)) : undefined;
  }

  private resolve(reference: ProviderReference, report: Report): ProviderAllowlist | undefined {
    const key = keyOf(reference);
    const known = this.allowlists.get(key);
    if (known !== undefined) {
      return known;
    }
    const provider = this.providerOf(reference, report);
    if (provider === undefined) {
      return undefined;
    }
    const { options, log } = this.app;
    const allowlist = allowlistOf(provider, { token: key, label: labelOf(reference), options, log });
    this.allowlists.set(key, allowlist);
    return allowlist;
  }

  private providerOf(reference: ProviderReference, report: Report): AnyProvider | undefined {
    const { token, allowlist } = reference;
    const instance = this.instanceOf(token, report);
    if (instance === undefined) {
      return undefined;
    }
    if (allowlist === undefined) {
      if (isProvider(instance.value)) {
        return instance.value;
      }
      report({
        value: token,
        code: 'provider-unfit',
        reason: `${nameOf(token)} has neither load() of an OriginSource, nor isAllowed() of an OriginAllowlist, nor lookUp() of an OriginLookup.`,
      });
      return undefined;
    }
    const list = isLists(instance.value) ? instance.value.forAllowlist(allowlist) : undefined;
    if (isProvider(list)) {
      return list;
    }
    report({
      value: token,
      code: 'provider-unfit',
      reason: `${nameOf(token)} has no list ${quote(allowlist)}: forAllowlist() of an OriginLists hands over an OriginSource, an OriginLookup or an OriginAllowlist.`,
    });
    return undefined;
  }

  private instanceOf(token: InjectionToken, report: Report): { readonly value: unknown } | undefined {
    const name = nameOf(token);
    try {
      return { value: this.app.moduleRef.get<unknown>(token, { strict: false }) };
    } catch (error) {
      // Nest tells the two apart by the class of the error only, which it does not export.
      const scoped = error instanceof Error && error.constructor.name === 'InvalidClassScopeException';
      if (scoped) {
        report({
          value: token,
          code: 'provider-scoped',
          reason: `${name} is request-scoped or transient; a preflight has no request scope, and the boot asks once.`,
          suggestion: 'make it a singleton and read what it needs from the CorsContext',
        });
      } else {
        reportMissing(token, report);
      }
      return undefined;
    }
  }

  /** Configuration does not change while the app runs: its entries are read once, like any that stand in the code. */
  private readConfig(config: ConfigOrigins, report: Report): readonly OriginTerm[] {
    const service = this.findConfigService();
    const read = service === undefined ? undefined : config.read(service);
    if (read === undefined || 'problem' in read) {
      report({
        place: config.key,
        value: config.key,
        code: read === undefined ? 'provider-missing' : 'config-missing',
        reason: read?.problem ?? 'The app provides no ConfigService.',
        ...(read === undefined ? { suggestion: 'import ConfigModule of @nestjs/config' } : {}),
      });
      return [];
    }
    this.configured.set(config.key, configStatus(config.key, read.entries.length));
    return read.entries.flatMap(({ place, value }) => {
      if (typeof value === 'string') {
        return readOriginText(value, place, report);
      }
      report({ place, value, code: 'not-an-origin', reason: `${quote(value)} is not a string.` });
      return [];
    });
  }

  /** Found by its name, as `@nestjs/config` is an optional peer: to import it here would make every app install it. */
  private findConfigService(): { get(key: string): unknown } | undefined {
    for (const module of this.app.modules.values()) {
      for (const { metatype, instance } of module.providers.values()) {
        const named = typeof metatype === 'function' && metatype.name === 'ConfigService';
        if (named && typeof (instance as { get?: unknown } | undefined)?.get === 'function') {
          return instance as { get(key: string): unknown };
        }
      }
    }
    return undefined;
  }
}

function allowlistOf(provider: AnyProvider, setup: Omit<AllowlistSetup<unknown>, 'provider'>): ProviderAllowlist {
  if (isSource(provider)) {
    return new SourceAllowlist({ ...setup, provider });
  }
  return isLookup(provider)
    ? new LookedUpAllowlist({ ...setup, provider })
    : new AskedAllowlist({ ...setup, provider });
}

/** A provider that a policy names, and which of its lists. */
interface ProviderReference {
  readonly token: InjectionToken;
  readonly allowlist?: string | undefined;
}

/** What the allowlist of a provider is known by: its token, or for one of several lists a text. */
export function keyOf({ token, allowlist }: ProviderReference): unknown {
  return allowlist === undefined ? token : labelOf({ token, allowlist });
}

function labelOf({ token, allowlist }: ProviderReference): string {
  const name = typeof token === 'string' && allowlist !== undefined ? token : nameOf(token);
  return allowlist === undefined ? name : `${name}(${quote(allowlist)})`;
}

/** A provider reference, taken apart; `undefined` for a plain function. */
export function referenceIn(origin: unknown): ProviderReference | undefined {
  if (typeof origin === 'symbol') {
    return { token: origin };
  }
  if (typeof origin === 'function') {
    return isClass(origin) ? { token: origin } : undefined;
  }
  if (typeof origin !== 'object' || origin === null || !('provider' in origin)) {
    return undefined;
  }
  const { provider, allowlist } = origin as { provider: InjectionToken; allowlist?: string };
  return { token: provider, allowlist };
}

/** A class is a token, a function is asked: told apart by syntax, or by methods where a compiler wrote the class away. */
function isClass(candidate: object): boolean {
  const { prototype } = candidate as { readonly prototype?: unknown };
  return (
    /^class\b/.test(Function.prototype.toString.call(candidate)) ||
    (typeof prototype === 'object' &&
      prototype !== null &&
      ['isAllowed', 'load', 'lookUp'].some((method) => method in prototype))
  );
}

function reportMissing(token: InjectionToken, report: Report): void {
  const name = nameOf(token);
  report({
    value: token,
    code: 'provider-missing',
    reason: `The app provides no ${name}.`,
    suggestion: `add ${name} to the providers of a module that the app imports`,
  });
}

/** Stands for a provider that is not made. */
function unresolved(label: string): OriginProvider {
  return { label, under: () => ({ usesContext: false, atOnce: true, ask: () => false }) };
}

function isProvider(instance: unknown): instance is AnyProvider {
  return isSource(instance) || isLookup(instance) || isAllowlist(instance);
}

function isLists(instance: unknown): instance is OriginLists {
  return typeof (instance as Partial<OriginLists> | undefined)?.forAllowlist === 'function';
}

function isSource(instance: unknown): instance is OriginSource {
  return typeof (instance as Partial<OriginSource> | undefined)?.load === 'function';
}

function isLookup(instance: unknown): instance is OriginLookup {
  return typeof (instance as Partial<OriginLookup> | undefined)?.lookUp === 'function';
}

function isAllowlist(instance: unknown): instance is OriginAllowlist {
  return typeof (instance as Partial<OriginAllowlist> | undefined)?.isAllowed === 'function';
}

function nameOf(token: InjectionToken): string {
  return typeof token === 'function' ? token.name : quote(String(token));
}
