import { type ModuleRef, type ModulesContainer } from '@nestjs/core';
import type { AllowlistLog } from '../../allowlists/log.js';
import { type AllowlistOptions, checkAllowlistOptions, resolveAllowlistOptions } from '../../allowlists/options.js';
import { IssueCollector } from '../../core/problems/issues.js';
import { quote } from '../../core/problems/quote.js';
import { reportUnknown } from '../../core/policies/read-fields.js';
import type { Platform } from '../../platform/platform.js';
import { type ControllerHandler, discoverControllers, handlersOf } from '../boot/controllers.js';
import type { CorsFeatureOptions, CorsModuleOptions } from '../options.js';
import { type EffectivePolicy, PolicyBook } from './policy-book.js';
import { ProviderRegistry } from './provider-registry.js';
import { isPublicSuffix } from './public-suffix.js';
import { type ReadRule, readRules } from './route-rules.js';
import { CORS_FEATURE, CORS_OPTIONS } from '../tokens.js';

const OPTION_FIELDS: readonly (keyof CorsModuleOptions)[] = [
  'policies',
  'defaultPolicy',
  'routes',
  'allowlists',
  'debug',
  'reportOnly',
  'counters',
];
const PLACE = 'CorsModule.forRoot()';

/** The configuration of an app, read and checked, before any route is registered. */
export interface CorsPlan {
  readonly book: PolicyBook;
  readonly registry: ProviderRegistry;
  readonly fallback: EffectivePolicy;
  readonly rules: readonly ReadRule[];
  readonly handlers: readonly { readonly source: ControllerHandler; readonly effective: EffectivePolicy }[];
}

/** What a plan is made of. */
export interface PlanSources {
  readonly options: CorsModuleOptions;
  readonly modules: ModulesContainer;
  readonly moduleRef: ModuleRef;
  readonly platform: Platform;
  readonly log: AllowlistLog;
  /** Whether the app's providers are not made (a preview): those of origins are then known by name only. */
  readonly unresolved: boolean;
}

/**
 * Reads the whole configuration: options, features, decorators.
 *
 * @throws CorsConfigurationError naming every mistake
 */
export function planCors({ options: given, modules, moduleRef, platform, log, unresolved }: PlanSources): CorsPlan {
  const issues = new IssueCollector();
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
  const book = new PolicyBook((origin, place, report) => registry.read(origin, place, report), isPublicSuffix, issues);
  book.register(policiesIn(options.policies ?? {}, PLACE, issues));
  for (const feature of featuresOf(modules)) {
    book.register(policiesIn(feature.policies, 'CorsModule.forFeature()', issues));
  }
  const fallback = readFallback(options, book, issues);
  const rules = readRules(Array.isArray(options.routes) ? options.routes : [], platform, book, issues);
  const handlers = discoverControllers(modules).flatMap((controller) => {
    book.readMarks(controller);
    return handlersOf(controller, platform.name === 'fastify').map((source) => ({
      source,
      effective: book.effective(fallback, [controller, source]),
    }));
  });
  book.checkSeconds();
  reportSecondLayer(platform, issues);
  issues.throwIfAny();
  return { book, registry, fallback, rules, handlers };
}

/** The policy of what no decorator speaks about, with what the module says beside it. */
function readFallback(
  { defaultPolicy, reportOnly }: CorsModuleOptions,
  book: PolicyBook,
  issues: IssueCollector,
): EffectivePolicy {
  if (defaultPolicy === undefined) {
    if (reportOnly !== undefined) {
      issues.add({
        place: PLACE,
        field: 'reportOnly',
        value: reportOnly,
        code: 'report-only-alone',
        reason:
          '`reportOnly` stands beside `defaultPolicy`, and there is none: nothing is admitted that it could refuse.',
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
      reason: 'The default policy brings a `reportOnly` of its own; which of them holds would be a guess.',
      suggestion: 'keep one of them',
    });
  }
  return book.refineAt('defaultPolicy', merged, { reportOnly });
}

/** Reports another CORS layer on the same app: it would answer beside this library, with one policy for everything. */
export function reportSecondLayer(platform: Platform, issues: IssueCollector): void {
  const second = platform.secondCorsLayer();
  if (second !== undefined) {
    issues.add({
      place: 'the app',
      field: '',
      value: undefined,
      code: 'second-cors-layer',
      reason: `Another CORS layer is on the same app: remove ${second.lines}.`,
      suggestion: `${second.samePolicy}, in ${PLACE}`,
    });
  }
}

/** A factory of the app may hand over anything. */
function readOptions(options: unknown, issues: IssueCollector): CorsModuleOptions {
  if (isRecord(options)) {
    checkOptions(options, issues);
    return options;
  }
  issues.add({
    place: PLACE,
    field: '',
    value: options,
    code: 'not-an-object',
    reason: `The options are ${quote(options)}, not an object of options.`,
  });
  return {};
}

function policiesIn(
  policies: unknown,
  place: string,
  issues: IssueCollector,
): NonNullable<CorsModuleOptions['policies']> {
  if (isRecord(policies)) {
    return policies;
  }
  issues.add({
    place,
    field: 'policies',
    value: policies,
    code: 'not-an-object',
    reason: `${quote(policies)} is not an object that holds policies by their names.`,
  });
  return {};
}

function isRecord(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkOptions(options: CorsModuleOptions, issues: IssueCollector): void {
  for (const [field, value] of Object.entries(options)) {
    if (!OPTION_FIELDS.includes(field as keyof CorsModuleOptions)) {
      reportUnknown(field, value, OPTION_FIELDS, (problem) => issues.add({ place: PLACE, field, ...problem }));
    }
  }
  for (const field of ['debug', 'counters'] as const) {
    const value: unknown = options[field];
    if (value !== undefined && typeof value !== 'boolean') {
      issues.add({ place: PLACE, field, value, code: 'not-a-boolean', reason: `${field} is neither true nor false.` });
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
  for (const { field, value, reason } of checkAllowlistOptions(options.allowlists)) {
    const path = field === '' ? 'allowlists' : `allowlists.${field}`;
    issues.add({ place: PLACE, field: path, value, code: 'allowlist-option', reason: `${path} ${reason}.` });
  }
}

/** The allowlist options to go on reading with: wrong ones have been reported and are left out. */
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
