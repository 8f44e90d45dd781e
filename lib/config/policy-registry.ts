import { checkPolicy } from '../core/policy/check.js';
import { checksOf, compilePolicy } from '../core/policy/compile.js';
import { GrantKeys } from '../core/policy/grant-keys.js';
import type { IssueCollector } from '../core/issues/issues.js';
import { inheritEnforcement, type MergedPolicy, missingPolicy, refine, withoutOrigin } from '../core/policy/merge.js';
import { nearest, quote } from '../core/issues/text.js';
import type { OriginChecks } from '../core/origin/origin-checks.js';
import { noCors, type NoCorsPolicy, type Policy, type RoutePolicy } from '../core/policy/policy.js';
import type { Enforcement, FieldLayer } from '../core/policy/options.js';
import { ENABLE_CORS_FIELDS, type OriginReader, readEnforcement, readFields } from '../core/policy/read.js';
import { isObject, unknownFields } from '../core/issues/fields.js';
import { JudgedProvider } from './judged-provider.js';
import type { CorsMetadata } from './metadata.js';
import type { CorsPolicyOptions, NoCorsOptions } from './options.js';

/** The policy that applies at one place, before it is compiled: a policy, `@NoCors()`, or none. */
export type EffectivePolicy = MergedPolicy | NoCorsPolicy | undefined;

/** A place that may have CORS decorators. */
export interface DecoratedPlace {
  readonly name: string;
  readonly metadata: readonly CorsMetadata[];
}

/** An enforcement and the place where it is written; `undefined`: nothing is enforced there. */
function enforcementIn(
  effective: EffectivePolicy,
): { readonly enforce: Enforcement; readonly place: string } | undefined {
  if (effective?.kind === 'no-cors') {
    return effective.enforce === false ? undefined : { enforce: effective.enforce, place: effective.enforcedBy ?? '' };
  }
  const enforce = effective?.fields.enforce ?? false;
  return enforce === false ? undefined : { enforce, place: effective?.provenance.enforce ?? effective?.place ?? '' };
}

type PolicyOrigin = NonNullable<CorsPolicyOptions['origin']>;

/** Reads, merges and compiles the policies of the app; each is read, checked and compiled once. */
export class PolicyRegistry {
  private readonly named = new Map<string, MergedPolicy>();
  private readonly used = new Set<string>();
  private readonly layers = new Map<CorsMetadata | CorsPolicyOptions, FieldLayer>();
  private readonly refinements = new Map<MergedPolicy | undefined, Map<FieldLayer, MergedPolicy>>();
  private readonly compiled = new Map<MergedPolicy, Policy>();
  private readonly sources = new Map<Policy, MergedPolicy>();
  private readonly reportOnly = new Map<FieldLayer, MergedPolicy>();
  private readonly keys: GrantKeys;
  /** Of a draft, the policies that its refined ones were written as. */
  private readonly written = new Map<MergedPolicy, MergedPolicy>();

  /** @param original the registry that this one is a draft of */
  constructor(
    private readonly readOrigin: OriginReader<PolicyOrigin>,
    private readonly isPublicSuffix: OriginChecks['isPublicSuffix'],
    private readonly issues: IssueCollector,
    private readonly original?: PolicyRegistry,
  ) {
    this.keys = original?.keys ?? new GrantKeys();
    original?.named.forEach((policy, name) => this.named.set(name, policy));
  }

  /** A registry that knows what this one does, and keeps what it reads to itself. */
  draft(issues: IssueCollector): PolicyRegistry {
    return new PolicyRegistry(this.readOrigin, this.isPublicSuffix, issues, this);
  }

  /** The names of the named policies. */
  get names(): readonly string[] {
    return [...this.named.keys()];
  }

  /** A policy with fields that a place of it would write. */
  refineBy(merged: MergedPolicy, { place, fields }: Pick<FieldLayer, 'place' | 'fields'>): MergedPolicy {
    const refined = refine(merged, { place, fields, broken: new Set() });
    this.written.set(refined, this.written.get(merged) ?? merged);
    return this.check(refined);
  }

  /** A policy of a draft with the answers that its providers would give. */
  private judged(refined: MergedPolicy, written: MergedPolicy): Policy {
    const checks = checksOf(written, this.isPublicSuffix);
    const origin = refined.fields.origin?.map((term) =>
      term.kind === 'provider' ? { ...term, provider: new JudgedProvider(term.provider, checks) } : term,
    );
    const fields = { ...refined.fields, ...(origin === undefined ? {} : { origin }) };
    const policy = compilePolicy({ ...refined, fields }, checksOf(refined, this.isPublicSuffix), new GrantKeys());
    return Object.freeze({ ...policy, grantKey: this.keys.of(refined.fields), numbering: this.keys });
  }

  /** Registers named policies; a name that is already registered is an error. */
  register(policies: Readonly<Record<string, CorsPolicyOptions>>): void {
    for (const [name, options] of Object.entries(policies)) {
      const place = `policies.${name}`;
      if (this.named.has(name)) {
        this.issues.add({
          place,
          field: '',
          value: name,
          code: 'name-taken',
          reason: `The policy ${quote(name)} is registered twice. A name belongs to one policy of the app.`,
          suggestion: 'rename one of them',
        });
      } else {
        this.named.set(name, this.unrefined(options, place, name));
      }
    }
  }

  /**
   * The policy of a name or of options at a place: `defaultPolicy`, `routes[0]`.
   *
   * @param replaced what would apply without it: its enforcement is kept
   */
  policyAt(place: string, policy: string | CorsPolicyOptions, replaced?: EffectivePolicy): MergedPolicy {
    const merged = typeof policy === 'string' ? this.find(policy, place) : this.unrefined(policy, place);
    return this.keepEnforcement(merged, replaced);
  }

  /** A policy, refined by options that are written beside it. */
  refineAt(place: string, merged: MergedPolicy, options: CorsPolicyOptions): MergedPolicy {
    return this.check(refine(merged, this.read(options, options, place)));
  }

  /**
   * The policy that applies inside nested places (rule 3.2): a name or `@NoCors()` replaces the policy outside it,
   * options refine that policy.
   */
  effective(defaultPolicy: EffectivePolicy, places: readonly DecoratedPlace[]): EffectivePolicy {
    const effective = this.nest(defaultPolicy, places);
    return effective?.kind === 'merged' ? this.check(effective) : effective;
  }

  /** Reads the decorators at one place, even if no route uses it: a wrong value is an error anywhere. */
  readMetadata(place: DecoratedPlace): void {
    this.nest(undefined, [place]);
  }

  /** Compiles the policy of a place. Precondition: no issue was found. */
  compile(effective: EffectivePolicy): RoutePolicy {
    return effective?.kind === 'merged' ? this.compileMerged(effective) : effective;
  }

  private compileMerged(effective: MergedPolicy): Policy {
    let policy = this.compiled.get(effective) ?? this.original?.compiled.get(effective);
    if (policy === undefined) {
      const written = this.written.get(effective);
      policy = written === undefined ? this.compileWritten(effective) : this.judged(effective, written);
      this.compiled.set(effective, policy);
      this.sources.set(policy, effective);
    }
    return policy;
  }

  private compileWritten(effective: MergedPolicy): Policy {
    const reportOnly = this.reportOnlyOf(effective);
    return compilePolicy(
      effective,
      checksOf(effective, this.isPublicSuffix),
      this.keys,
      reportOnly && compilePolicy(reportOnly, checksOf(reportOnly, this.isPublicSuffix), this.keys),
    );
  }

  /** The merged policy that a policy was compiled from; for the common part of several policies, that of the first. */
  sourceOf(policy: RoutePolicy): EffectivePolicy {
    if (policy?.kind !== 'policy') {
      return policy;
    }
    return this.sources.get(policy.parts?.[0] ?? policy) ?? this.original?.sourceOf(policy);
  }

  /** A policy that keeps the enforcement of another one, which it replaces (rule 3.6). */
  replacing(policy: RoutePolicy, replaced: RoutePolicy): RoutePolicy {
    return this.compile(this.over(this.sourceOf(policy), this.sourceOf(replaced)));
  }

  /** Such a policy before it is compiled. */
  over(effective: EffectivePolicy, replaced: EffectivePolicy): EffectivePolicy {
    if (effective?.kind === 'merged') {
      return this.keepEnforcement(effective, replaced);
    }
    const inherited = enforcementIn(replaced);
    return effective === undefined || effective.statesEnforce || inherited === undefined
      ? effective
      : noCors(inherited.enforce, inherited.place);
  }

  /** Checks the `reportOnly` policies; to be called when every name is registered. */
  checkReportOnly(): void {
    for (const merged of this.checked) {
      this.reportOnlyOf(merged);
    }
  }

  /** The `reportOnly` policy of another. If it is a named one, its own `reportOnly` is ignored. */
  private reportOnlyOf({ fields: { reportOnly }, provenance, place }: MergedPolicy): MergedPolicy | undefined {
    if (reportOnly === undefined) {
      return undefined;
    }
    const writtenAt = provenance.reportOnly ?? place;
    if (typeof reportOnly === 'string') {
      return this.find(reportOnly, `${writtenAt}.reportOnly`);
    }
    const known = this.reportOnly.get(reportOnly) ?? refine(undefined, reportOnly);
    this.reportOnly.set(reportOnly, known);
    return this.check(known);
  }

  /** Every policy that was registered under a name, compiled, whether or not a route uses it. */
  compileNamed(): ReadonlyMap<string, Policy> {
    return new Map([...this.named].map(([name, merged]) => [name, this.compileMerged(merged)]));
  }

  /** Names that were registered and that no route, rule or default has used. */
  unusedNames(): readonly string[] {
    return [...this.named.keys()].filter((name) => !this.used.has(name));
  }

  /** Every policy that was read as a whole, named ones first. */
  get all(): readonly MergedPolicy[] {
    return [...this.checked];
  }

  private readonly checked = new Set<MergedPolicy>();
  /** Policies that only inherit an enforcement, by the policies that they are made of, which are checked instead. */
  private readonly derived = new WeakMap<MergedPolicy, MergedPolicy>();
  private readonly inheriting = new Map<MergedPolicy, Map<string, MergedPolicy>>();

  private nest(defaultPolicy: EffectivePolicy, places: readonly DecoratedPlace[]): EffectivePolicy {
    let effective = defaultPolicy;
    for (const { name, metadata } of places) {
      if (metadata.length > 1) {
        this.issues.add({
          place: name,
          field: '',
          value: metadata.length,
          code: 'two-decorators',
          reason: 'Two CORS decorators are here. Their order would decide which of them applies.',
          suggestion: "keep one: @CorsPolicy('name', { … }) takes the named policy and changes its fields",
        });
      }
      const written = metadata.at(-1);
      effective = written === undefined ? effective : this.apply(written, effective, name);
    }
    return effective;
  }

  private apply(written: CorsMetadata, outer: EffectivePolicy, place: string): EffectivePolicy {
    if (written.kind === 'no-cors') {
      const own = this.readNoCors(written.options, place);
      const inherited = enforcementIn(outer);
      return own === undefined ? noCors(inherited?.enforce, inherited?.place) : noCors(own, place);
    }
    const base = written.name === undefined ? outer : this.keepEnforcement(this.find(written.name, place), outer);
    if (written.options === undefined || !this.isPolicy(written.options, place)) {
      return base;
    }
    const layer = this.read(written, written.options, place);
    return base?.kind === 'merged'
      ? this.refined(base, layer)
      : this.keepEnforcement(this.refined(undefined, layer), base);
  }

  private refined(merged: MergedPolicy | undefined, layer: FieldLayer): MergedPolicy {
    const byLayer = this.refinements.get(merged) ?? new Map<FieldLayer, MergedPolicy>();
    this.refinements.set(merged, byLayer);
    const result = byLayer.get(layer) ?? refine(merged, layer);
    byLayer.set(layer, result);
    return result;
  }

  /** A policy that replaces another keeps the enforcement of that one, unless it sets its own (rule 3.6). */
  private keepEnforcement(merged: MergedPolicy, replaced: EffectivePolicy): MergedPolicy {
    const inherited = enforcementIn(replaced);
    if (inherited === undefined || merged.fields.enforce !== undefined || merged.broken.has('enforce')) {
      return merged;
    }
    const key = `${inherited.enforce} ${inherited.place}`;
    const known = this.inheriting.get(merged) ?? new Map<string, MergedPolicy>();
    this.inheriting.set(merged, known);
    const result = known.get(key) ?? inheritEnforcement(merged, inherited.enforce, inherited.place);
    known.set(key, result);
    this.derived.set(result, merged);
    return result;
  }

  private readNoCors(options: unknown, place: string): Enforcement | undefined {
    if (options === undefined) {
      return undefined;
    }
    if (!this.isPolicy(options, place)) {
      return undefined;
    }
    for (const [field, problem] of unknownFields(options, ['enforce'], ENABLE_CORS_FIELDS)) {
      this.issues.add({ place, field, ...problem });
    }
    const { enforce } = options as NoCorsOptions;
    return enforce === undefined
      ? undefined
      : readEnforcement(enforce, (problem) => this.issues.add({ place, field: 'enforce', ...problem }));
  }

  private find(name: string, place: string): MergedPolicy {
    const policy = this.named.get(name);
    this.used.add(name);
    if (policy === undefined) {
      const meant = nearest(name, this.named.keys());
      const known = [...this.named.keys()].join(', ') || 'none';
      this.issues.add({
        place,
        field: '',
        value: name,
        code: 'unknown-policy',
        reason: `No policy is registered as ${quote(name)}; the registered policies are ${known}.`,
        ...(meant === undefined ? {} : { suggestion: `'${meant}'` }),
      });
    }
    return policy ?? missingPolicy(place);
  }

  /** A policy without an outer one to refine. */
  private unrefined(options: CorsPolicyOptions, place: string, name?: string): MergedPolicy {
    if (!this.isPolicy(options, place)) {
      return missingPolicy(place);
    }
    const merged = this.check(refine(undefined, this.read(options, options, place), name));
    return merged.fields.origin === undefined ? withoutOrigin(merged) : merged;
  }

  private read(key: CorsMetadata | CorsPolicyOptions, options: CorsPolicyOptions, place: string): FieldLayer {
    let layer = this.layers.get(key);
    if (layer === undefined || layer.place !== place) {
      layer = readFields<PolicyOrigin>(options, place, this.readOrigin, this.issues);
      this.layers.set(key, layer);
    }
    return layer;
  }

  private check(merged: MergedPolicy): MergedPolicy {
    const written = this.derived.get(merged) ?? merged;
    if (!this.checked.has(written)) {
      this.checked.add(written);
      checkPolicy(written, checksOf(written, this.isPublicSuffix), this.issues);
    }
    return merged;
  }

  private isPolicy(options: unknown, place: string): options is CorsPolicyOptions {
    if (isObject(options)) {
      return true;
    }
    this.issues.add({
      place,
      field: '',
      value: options,
      code: 'not-a-policy',
      reason: `${quote(options)} is neither the name of a policy nor an object of its fields.`,
    });
    return false;
  }
}
