import type { InjectionToken } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { CallbackProvider } from '../providers/callback/callback-provider.js';
import { FunctionProvider, functionLabel, type OriginFunction } from '../providers/callback/function-provider.js';
import { type ConfigOrigins, isConfigOrigins } from '../providers/config-origins.js';
import { configStatus } from '../providers/config-origins.js';
import type { AllowlistLog } from '../providers/log.js';
import type { ResolvedAllowlistOptions } from '../providers/options.js';
import { LookupProvider } from '../providers/lookup/lookup-provider.js';
import type { OriginAllowlist, OriginLists, OriginLookup, OriginSource } from '../providers/ports.js';
import type { AllowlistSetup } from '../providers/status.js';
import { SourceProvider } from '../providers/source/source-provider.js';
import type { Allowlist } from '../providers/status.js';
import type { OriginProvider } from '../core/policy/origin-provider.js';
import type { OriginTerm } from '../core/policy/options.js';
import { quote } from '../core/issues/text.js';
import type { Report } from '../core/policy/read.js';
import {
  type ExpressionTools,
  readOriginExpression,
  readOriginFlag,
  readOriginText,
} from '../core/policy/read-origin.js';
import { findConfigService } from './config-service.js';
import type { CorsOrigin } from './options.js';
import { ByReference, labelOf, nameOf, type ProviderReference, referenceIn, textOf } from './provider-reference.js';
import { isPublicSuffix } from './public-suffix.js';
import { unaskedProvider } from './unasked-provider.js';

const TOOLS: ExpressionTools = { isPublicSuffix, now: () => performance.now() };

type AnyProvider = OriginSource | OriginLookup | OriginAllowlist;
type ProviderAllowlist = SourceProvider | LookupProvider | CallbackProvider;

/** The app's parts in which the registry finds providers, and the options for keeping their answers. */
export interface RegistrySources {
  readonly moduleRef: ModuleRef;
  readonly modules: ModulesContainer;
  readonly options: ResolvedAllowlistOptions;
  readonly log: AllowlistLog;
  /** True if the app's providers are not created: they are then known by name, and allow no origin. */
  readonly unresolved: boolean;
}

/** Reads the `origin` of policies, and keeps one allowlist for each provider. */
export class ProviderRegistry {
  private readonly allowlists = new ByReference<ProviderAllowlist>();
  private readonly unasked = new ByReference<OriginProvider>();
  private readonly functions = new Map<OriginFunction, FunctionProvider>();
  private readonly configured = new Map<string, Pick<Allowlist, 'refresh' | 'status' | 'checks'>>();
  private readonly names = new Set<string>();

  constructor(private readonly app: RegistrySources) {}

  /** Reports whether the app's providers are not created, and cannot be called. */
  get preview(): boolean {
    return this.app.unresolved;
  }

  /** Everything in policies besides plain origins: providers, functions, keys of the configuration. */
  get all(): readonly Pick<Allowlist, 'refresh' | 'status' | 'checks'>[] {
    return [...this.allowlists.all, ...this.functions.values(), ...this.configured.values()];
  }

  /** Finds the allowlist of a provider. */
  find(reference: ProviderReference): Pick<Allowlist, 'refresh' | 'status' | 'checks'> | undefined {
    return this.allowlists.get(reference);
  }

  /** Longest time of one call, in milliseconds. */
  get timeoutMs(): number {
    return this.app.options.timeoutMs;
  }

  /** The ones among them whose answers cannot be cached. */
  get askedEachTime(): readonly CallbackProvider[] {
    return this.allowlists.all.filter(
      (allowlist): allowlist is CallbackProvider => allowlist instanceof CallbackProvider && allowlist.asksEachTime,
    );
  }

  /** The ones among them that are loaded, refreshed or watched: they start with the app. */
  get running(): readonly (SourceProvider | LookupProvider)[] {
    return this.allowlists.all.filter(
      (allowlist): allowlist is SourceProvider | LookupProvider => !(allowlist instanceof CallbackProvider),
    );
  }

  /** Ends the work of all of them, as the app closes. Never rejects. */
  async stop(): Promise<void> {
    await Promise.all([...this.allowlists.all, ...this.functions.values()].map((provider) => provider.stop()));
  }

  /** Reads a policy's `origin`; wrong parts are reported and left out. */
  read(origin: CorsOrigin | readonly CorsOrigin[], place: string, report: Report): readonly OriginTerm[] {
    const list = Array.isArray(origin) ? (origin as readonly CorsOrigin[]) : [origin as CorsOrigin];
    if (list.length === 0) {
      report({
        value: origin,
        code: 'origin-empty',
        reason: 'The list is empty. Usually it comes from a variable that is not set.',
        suggestion: 'write origin: false to allow no origin',
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
      return readOriginExpression(origin, place, report, TOOLS);
    }
    if (isConfigOrigins(origin)) {
      return this.app.unresolved ? this.termFor(unaskedProvider(origin.key)) : this.readConfig(origin, place, report);
    }
    const reference = referenceIn(origin);
    if (reference !== undefined) {
      return this.termFor(
        this.app.unresolved ? this.name(reference, place, report) : this.resolve(reference, place, report),
      );
    }
    if (typeof origin === 'function') {
      if (takesCallback(origin as OriginFunction)) {
        report(CALLBACK_FUNCTION(origin));
        return [];
      }
      return this.termFor(this.askFunction(origin as OriginFunction, place));
    }
    report({
      value: origin,
      code: 'not-an-origin',
      reason: `${quote(origin)} is not an origin. Write a string, RegExp, boolean, function, provider class, symbol or { provider }.`,
    });
    return [];
  }

  private termFor(provider: OriginProvider | undefined): readonly OriginTerm[] {
    return provider === undefined ? [] : [{ kind: 'provider', provider }];
  }

  private askFunction(ask: OriginFunction, place: string): FunctionProvider {
    const known = this.functions.get(ask);
    if (known !== undefined) {
      return known;
    }
    const { options, log } = this.app;
    const name = this.nameFor(functionLabel(ask), place);
    const asked = new FunctionProvider({ name, label: name, provider: ask, options, log });
    this.functions.set(ask, asked);
    return asked;
  }

  /** A unique name: for two classes of one name, of two functions that are written in policies. */
  private nameFor(wanted: string, place: string): string {
    let name = wanted;
    for (let count = 1; this.names.has(name); count++) {
      name = `${wanted} (${place}${count === 1 ? '' : `, ${count}`})`;
    }
    this.names.add(name);
    return name;
  }

  private namesFor(reference: ProviderReference, place: string): { readonly name: string; readonly label: string } {
    const plain = textOf(reference);
    const name = this.nameFor(plain, place);
    return { name, label: labelOf(reference) + name.slice(plain.length) };
  }

  /** A provider that is declared, but not created. */
  private name(reference: ProviderReference, place: string, report: Report): OriginProvider | undefined {
    const known = this.unasked.get(reference);
    if (known !== undefined) {
      return known;
    }
    if (![...this.app.modules.values()].some(({ providers }) => providers.has(reference.token))) {
      reportMissing(reference.token, report);
      return undefined;
    }
    const provider = unaskedProvider(this.namesFor(reference, place).label);
    this.unasked.set(reference, provider);
    return provider;
  }

  private resolve(reference: ProviderReference, place: string, report: Report): ProviderAllowlist | undefined {
    const known = this.allowlists.get(reference);
    if (known !== undefined) {
      return known;
    }
    const provider = this.providerOf(reference, report);
    if (provider === undefined) {
      return undefined;
    }
    const { options, log } = this.app;
    const allowlist = allowlistOf(provider, { ...this.namesFor(reference, place), options, log });
    this.allowlists.set(reference, allowlist);
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
      reason: `${nameOf(token)} has no list ${quote(allowlist)}: forAllowlist() of an OriginLists returns an OriginSource, an OriginLookup or an OriginAllowlist.`,
    });
    return undefined;
  }

  private instanceOf(token: InjectionToken, report: Report): { readonly value: unknown } | undefined {
    const name = nameOf(token);
    try {
      return { value: this.app.moduleRef.get<unknown>(token, { strict: false }) };
    } catch (error) {
      // Nest distinguishes the two only by the class of the error, which it does not export.
      const scoped = error instanceof Error && error.constructor.name === 'InvalidClassScopeException';
      if (scoped) {
        report({
          value: token,
          code: 'provider-scoped',
          reason: `${name} is request-scoped or transient. A preflight has no request scope, and the library gets the provider once, at startup.`,
          suggestion: 'make it a singleton and read what it needs from the CorsContext',
        });
      } else {
        reportMissing(token, report);
      }
      return undefined;
    }
  }

  /** Configuration does not change while the app runs: its entries are read once, like entries in the code. */
  private readConfig(config: ConfigOrigins, place: string, report: Report): readonly OriginTerm[] {
    const service = findConfigService(this.app.modules);
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
    if (!this.configured.has(config.key)) {
      this.configured.set(config.key, configStatus(this.nameFor(config.key, place), read.entries.length));
    }
    return read.entries.flatMap(({ place: entry, value }) => {
      if (typeof value === 'string') {
        return readOriginText(value, entry, report);
      }
      report({ place: entry, value, code: 'not-an-origin', reason: `${quote(value)} is not a string.` });
      return [];
    });
  }
}

function allowlistOf(provider: AnyProvider, setup: Omit<AllowlistSetup<unknown>, 'provider'>): ProviderAllowlist {
  if (isSource(provider)) {
    return new SourceProvider({ ...setup, provider });
  }
  return isLookup(provider) ? new LookupProvider({ ...setup, provider }) : new CallbackProvider({ ...setup, provider });
}

/** An origin function of the `cors` package answers by its second argument; here that is the context. */
function takesCallback(ask: OriginFunction): boolean {
  const text = Function.prototype.toString.call(ask);
  const [, second = ''] =
    /^(?:async\s+)?(?:function\b[^(]*|[\w$]+\s*)?\(\s*[\w$]+\s*,\s*([\w$]+)\s*\)/.exec(text) ?? [];
  const isCalled =
    second !== '' && new RegExp(`(?<![\\w$.])${second.replaceAll('$', '\\$')}\\(`).test(text.slice(text.indexOf(')')));
  return ask.length === 2 && (isCalled || /^(?:cb|callback|done|next)$/i.test(second));
}

const CALLBACK_FUNCTION = (value: unknown): Parameters<Report>[0] => ({
  value,
  code: 'origin-callback',
  reason: 'This origin function takes a callback, as in the cors package. Here the second argument is the context.',
  suggestion: 'return the answer: (origin) => allowed.has(origin), or an async function',
});

/** The tokens of `nestjs-cors-policy/typeorm`, whose providers come from their own module. */
const OF_TYPEORM = /^["']?TypeOrm(Origins|Allowlist)(:.*)?["']?$/s;

function reportMissing(token: InjectionToken, report: Report): void {
  const name = nameOf(token);
  report({
    value: token,
    code: 'provider-missing',
    reason: `The app provides no ${name}.`,
    suggestion: OF_TYPEORM.test(name)
      ? 'add CorsTypeOrmModule.forRoot() to the imports of the app, with the name of the data source where it has one'
      : `add ${name} to the providers of a module that the app imports`,
  });
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
