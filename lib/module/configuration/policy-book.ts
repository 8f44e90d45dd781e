import { checkPolicy } from '../../core/policies/check-policy.js';
import { checksOf, compilePolicy } from '../../core/policies/compile-policy.js';
import { GrantKeys } from '../../core/policies/grant-keys.js';
import type { IssueCollector } from '../../core/problems/issues.js';
import { type MergedPolicy, missingPolicy, refine, withoutOrigin } from '../../core/policies/merge-policy.js';
import { nearest } from '../../core/problems/nearest.js';
import type { OriginChecks } from '../../core/origins/origin-checks.js';
import { NO_CORS, type NoCorsPolicy, type Policy, type RoutePolicy } from '../../core/policies/policy.js';
import type { FieldLayer } from '../../core/policies/policy-fields.js';
import { quote } from '../../core/problems/quote.js';
import { type OriginReader, readFields } from '../../core/policies/read-fields.js';
import type { Mark } from './marks.js';
import type { CorsPolicyOptions } from '../options.js';

/** What holds at one place: a policy before it is compiled, no cross-origin use, or nothing. */
export type EffectivePolicy = MergedPolicy | NoCorsPolicy | undefined;

/** A place that CORS decorators may stand at. */
export interface MarkedPlace {
  readonly name: string;
  readonly marks: readonly Mark[];
}

type PolicyOrigin = NonNullable<CorsPolicyOptions['origin']>;

/** Reads, merges and compiles the policies of the app; each is read, checked and compiled once. */
export class PolicyBook {
  private readonly named = new Map<string, MergedPolicy>();
  private readonly used = new Set<string>();
  private readonly layers = new Map<Mark | CorsPolicyOptions, FieldLayer>();
  private readonly refined = new Map<MergedPolicy | undefined, Map<FieldLayer, MergedPolicy>>();
  private readonly compiled = new Map<MergedPolicy, Policy>();
  private readonly sources = new Map<Policy, MergedPolicy>();
  private readonly seconds = new Map<FieldLayer, MergedPolicy>();
  private readonly keys = new GrantKeys();

  constructor(
    private readonly readOrigin: OriginReader<PolicyOrigin>,
    private readonly isPublicSuffix: OriginChecks['isPublicSuffix'],
    private readonly issues: IssueCollector,
  ) {}

  /** Registers named policies; a name that is taken is a mistake. */
  register(policies: Readonly<Record<string, CorsPolicyOptions>>): void {
    for (const [name, options] of Object.entries(policies)) {
      const place = `policies.${name}`;
      if (this.named.has(name)) {
        this.issues.add({
          place,
          field: '',
          value: name,
          code: 'name-taken',
          reason: `The policy ${quote(name)} is registered twice; names are one namespace for the app.`,
          suggestion: 'rename one of them',
        });
      } else {
        this.named.set(name, this.outermost(options, place, name));
      }
    }
  }

  /** The policy that a name or options say at a place where nothing stands outside: `defaultPolicy`, `routes[0]`. */
  policyAt(place: string, policy: string | CorsPolicyOptions): MergedPolicy {
    return typeof policy === 'string' ? this.find(policy, place) : this.outermost(policy, place);
  }

  /** A policy, refined by options that are written beside it. */
  refineAt(place: string, merged: MergedPolicy, options: CorsPolicyOptions): MergedPolicy {
    return this.check(refine(merged, this.read(options, options, place)));
  }

  /**
   * The policy that holds inside nested places (DESIGN 3.2): a name or `@NoCors()` replaces what stands outside it,
   * options refine it.
   */
  effective(outermost: EffectivePolicy, places: readonly MarkedPlace[]): EffectivePolicy {
    const effective = this.nest(outermost, places);
    return effective?.kind === 'merged' ? this.check(effective) : effective;
  }

  /** Reads what decorators say at one place, whether or not a route uses it: a wrong value is a mistake anywhere. */
  readMarks(place: MarkedPlace): void {
    this.nest(undefined, [place]);
  }

  /** Compiles what holds at a place. Precondition: no issue was found. */
  compile(effective: EffectivePolicy): RoutePolicy {
    if (effective?.kind !== 'merged') {
      return effective;
    }
    let policy = this.compiled.get(effective);
    if (policy === undefined) {
      const second = this.secondOf(effective);
      policy = compilePolicy(
        effective,
        checksOf(effective, this.isPublicSuffix),
        this.keys,
        second && compilePolicy(second, checksOf(second, this.isPublicSuffix), this.keys),
      );
      this.compiled.set(effective, policy);
      this.sources.set(policy, effective);
    }
    return policy;
  }

  /** What a policy was compiled from. */
  sourceOf(policy: RoutePolicy): EffectivePolicy {
    return policy?.kind === 'policy' ? this.sources.get(policy) : policy;
  }

  /** Checks the policies that are only reported; to be called once every name is registered. */
  checkSeconds(): void {
    for (const merged of this.checked) {
      this.secondOf(merged);
    }
  }

  /** The policy that is evaluated beside another; where it is one by name, its own `reportOnly` is not asked. */
  private secondOf({ fields: { reportOnly }, provenance, place }: MergedPolicy): MergedPolicy | undefined {
    if (reportOnly === undefined) {
      return undefined;
    }
    const writtenAt = provenance.reportOnly ?? place;
    if (typeof reportOnly === 'string') {
      return this.find(reportOnly, `${writtenAt}.reportOnly`);
    }
    const known = this.seconds.get(reportOnly) ?? refine(undefined, reportOnly);
    this.seconds.set(reportOnly, known);
    return this.check(known);
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

  private nest(outermost: EffectivePolicy, places: readonly MarkedPlace[]): EffectivePolicy {
    let effective = outermost;
    for (const { name, marks } of places) {
      if (marks.length > 1) {
        this.issues.add({
          place: name,
          field: '',
          value: marks.length,
          code: 'two-decorators',
          reason: 'Two CORS decorators stand here; which of them holds would depend on their order.',
          suggestion: "keep one: @CorsPolicy('name', { … }) replaces and refines at once",
        });
      }
      const mark = marks.at(-1);
      effective = mark === undefined ? effective : this.apply(mark, effective, name);
    }
    return effective;
  }

  private apply(mark: Mark, outer: EffectivePolicy, place: string): EffectivePolicy {
    if (mark.kind === 'no-cors') {
      return NO_CORS;
    }
    const base = mark.name === undefined ? outer : this.find(mark.name, place);
    if (mark.options === undefined) {
      return base;
    }
    if (!this.isPolicy(mark.options, place)) {
      return base;
    }
    const layer = this.read(mark, mark.options, place);
    const merged = base?.kind === 'merged' ? base : undefined;
    const byLayer = this.refined.get(merged) ?? new Map<FieldLayer, MergedPolicy>();
    this.refined.set(merged, byLayer);
    const result = byLayer.get(layer) ?? refine(merged, layer);
    byLayer.set(layer, result);
    return result;
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
        reason: `No policy is registered as ${quote(name)}; known are: ${known}.`,
        ...(meant === undefined ? {} : { suggestion: `'${meant}'` }),
      });
    }
    return policy ?? missingPolicy(place);
  }

  /** A policy that has nothing outside it to refine. */
  private outermost(options: CorsPolicyOptions, place: string, name?: string): MergedPolicy {
    if (!this.isPolicy(options, place)) {
      return missingPolicy(place);
    }
    const merged = this.check(refine(undefined, this.read(options, options, place), name));
    return merged.fields.origin === undefined ? withoutOrigin(merged) : merged;
  }

  private read(key: Mark | CorsPolicyOptions, options: CorsPolicyOptions, place: string): FieldLayer {
    let layer = this.layers.get(key);
    if (layer === undefined || layer.place !== place) {
      layer = readFields<PolicyOrigin>(options, place, this.readOrigin, this.issues);
      this.layers.set(key, layer);
    }
    return layer;
  }

  private check(merged: MergedPolicy): MergedPolicy {
    if (!this.checked.has(merged)) {
      this.checked.add(merged);
      checkPolicy(merged, checksOf(merged, this.isPublicSuffix), this.issues);
    }
    return merged;
  }

  private isPolicy(options: unknown, place: string): options is CorsPolicyOptions {
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
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
