import { type ModuleRef, type ModulesContainer } from '@nestjs/core';
import type { AllowlistLog } from '../providers/log.js';
import { type AllowlistOptions, checkAllowlistOptions, resolveAllowlistOptions } from '../providers/options.js';
import { IssueCollector } from '../core/issues/issues.js';
import { quote } from '../core/issues/text.js';
import { isObject, notABoolean, unknownFields } from '../core/issues/fields.js';
import { ENABLE_CORS_FIELDS, POLICY_FIELDS } from '../core/policy/read.js';
import type { Platform } from '../platform/adapter.js';
import type { CorsFeatureOptions, CorsModuleOptions, CorsPolicyOptions } from './options.js';
import { type EffectivePolicy, PolicyRegistry } from './policy-registry.js';
import { ProviderRegistry } from './provider-registry.js';
import { isPublicSuffix } from './public-suffix.js';
import { type RouteRule, readRules } from './route-rules.js';
import { CORS_FEATURE, CORS_OPTIONS } from './tokens.js';

const OPTION_FIELDS: readonly (keyof CorsModuleOptions)[] = [
  'policies',
  'defaultPolicy',
  'routes',
  'allowlists',
  'debug',
  'summary',
  'reportOnly',
  'counters',
];
const PLACE = 'CorsModule.forRoot()';

/** The options of an app and of its feature modules, read and checked. */
export interface Configuration {
  readonly book: PolicyRegistry;
  readonly registry: ProviderRegistry;
  readonly defaultPolicy: EffectivePolicy;
  readonly rules: readonly RouteRule[];
}

/** The parts that a configuration is read from. */
export interface ConfigurationSources {
  readonly options: CorsModuleOptions;
  readonly modules: ModulesContainer;
  readonly moduleRef: ModuleRef;
  readonly platform: Pick<Platform, 'compilePath'>;
  readonly log: AllowlistLog;
  /** True if the app's providers are not created (a preview): origin providers are then known by name only. */
  readonly unresolved: boolean;
}

/**
 * Reads the options of `CorsModule.forRoot()` and of every `forFeature()`. What is wrong is reported to `issues`.
 */
export function readConfiguration(
  { options: given, modules, moduleRef, platform, log, unresolved }: ConfigurationSources,
  issues: IssueCollector,
): Configuration {
  const options = readOptions(given, issues);
  if (countRoots(modules) > 1) {
    issues.add({
      place: PLACE,
      field: '',
      value: countRoots(modules),
      code: 'module-twice',
      reason: 'The app imports CorsModule.forRoot() or forRootAsync() more than once.',
      suggestion: 'keep one of them, and use CorsModule.forFeature({ policies }) elsewhere',
    });
  }
  const allowlists = resolveAllowlistOptions(allowlistOptions(options));
  const registry = new ProviderRegistry({ moduleRef, modules, options: allowlists, log, unresolved });
  const book = new PolicyRegistry(
    (origin, place, report) => registry.read(origin, place, report),
    isPublicSuffix,
    issues,
  );
  book.register(policiesIn(options.policies ?? {}, PLACE, issues));
  for (const feature of featuresOf(modules)) {
    book.register(policiesIn(feature.policies, 'CorsModule.forFeature()', issues));
  }
  const defaultPolicy = readDefaultPolicy(options, book, issues);
  const rules = readRules(Array.isArray(options.routes) ? options.routes : [], platform, book, defaultPolicy, issues);
  return { book, registry, defaultPolicy, rules };
}

/** Why a policy of plain values would be rejected, in the words of its first problem. */
export function rejectionOf(policy: CorsPolicyOptions, registry: ProviderRegistry): string | undefined {
  const issues = new IssueCollector();
  const book = new PolicyRegistry(
    (origin, place, report) => registry.read(origin, place, report),
    isPublicSuffix,
    issues,
  );
  book.policyAt('defaultPolicy', policy);
  return issues.issues[0]?.reason;
}

/** The policy of everything without a decorator, with the `reportOnly` of the module. */
function readDefaultPolicy(
  { defaultPolicy, reportOnly }: CorsModuleOptions,
  book: PolicyRegistry,
  issues: IssueCollector,
): EffectivePolicy {
  if (defaultPolicy === undefined) {
    if (reportOnly !== undefined) {
      issues.add({
        place: PLACE,
        field: 'reportOnly',
        value: reportOnly,
        code: 'report-only-alone',
        reason: 'There is no `defaultPolicy`, so this `reportOnly` has nothing to refuse.',
        suggestion: 'give a defaultPolicy, or write `reportOnly` on the policies themselves',
      });
    }
    return undefined;
  }
  const merged = book.policyAt('defaultPolicy', defaultPolicy);
  if (reportOnly === undefined) {
    return merged;
  }
  if (merged.fields.reportOnly !== undefined) {
    issues.add({
      place: PLACE,
      field: 'reportOnly',
      value: reportOnly,
      code: 'report-only-twice',
      reason: 'The default policy has a `reportOnly` of its own. Only one of the two can apply.',
      suggestion: 'keep one of them',
    });
  }
  return book.refineAt('defaultPolicy', merged, { reportOnly });
}

/** A factory of the app may return anything. */
function readOptions(options: unknown, issues: IssueCollector): CorsModuleOptions {
  if (isObject(options)) {
    checkOptions(options, issues);
    return options;
  }
  issues.add({
    place: options === undefined || options === null ? 'CorsModule.forRootAsync()' : PLACE,
    field: '',
    value: options,
    code: 'not-an-object',
    reason: `The options are ${quote(options)}, not an object of options.`,
    ...((options === undefined || options === null) && { suggestion: 'return the options from the factory' }),
  });
  return {};
}

function policiesIn(
  policies: unknown,
  place: string,
  issues: IssueCollector,
): NonNullable<CorsModuleOptions['policies']> {
  if (isObject(policies)) {
    return policies as NonNullable<CorsModuleOptions['policies']>;
  }
  issues.add({
    place,
    field: 'policies',
    value: policies,
    code: 'not-an-object',
    reason: `${quote(policies)} is not an object of policies by name.`,
  });
  return {};
}

function checkOptions(options: CorsModuleOptions, issues: IssueCollector): void {
  for (const [field, problem] of unknownFields(options, OPTION_FIELDS, ENABLE_CORS_FIELDS)) {
    // `enableCors()` takes the fields of a policy for the whole app.
    const moved = POLICY_FIELDS.includes(field) && { suggestion: `put it in defaultPolicy: { ${field}: … }` };
    issues.add({ place: PLACE, field, ...problem, ...moved });
  }
  for (const field of ['debug', 'summary', 'counters'] as const) {
    const problem = options[field] === undefined ? undefined : notABoolean(options[field]);
    if (problem !== undefined) {
      issues.add({ place: PLACE, field, ...problem });
    }
  }
  if (options.routes !== undefined && !Array.isArray(options.routes)) {
    issues.add({
      place: PLACE,
      field: 'routes',
      value: options.routes,
      code: 'not-a-list',
      reason: 'routes is not a list.',
    });
  }
  for (const [field, problem] of checkAllowlistOptions(options.allowlists)) {
    issues.add({ place: PLACE, field: field === '' ? 'allowlists' : `allowlists.${field}`, ...problem });
  }
}

/** The allowlist options without the wrong ones, which are reported. */
function allowlistOptions({ allowlists }: CorsModuleOptions): AllowlistOptions {
  return checkAllowlistOptions(allowlists).length === 0 ? (allowlists ?? {}) : {};
}

function countRoots(modules: ModulesContainer): number {
  return [...modules.values()].filter(({ providers }) => providers.has(CORS_OPTIONS)).length;
}

function featuresOf(modules: ModulesContainer): readonly CorsFeatureOptions[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const feature = providers.get(CORS_FEATURE)?.instance as CorsFeatureOptions | undefined;
    return feature === undefined ? [] : [feature];
  });
}
