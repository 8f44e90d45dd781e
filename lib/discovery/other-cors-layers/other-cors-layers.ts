import type { CorsIssue } from '../../core/issues/issues.js';
import type { RouteRule } from '../../config/route-rules.js';
import type { AdapterCall } from '../adapter-calls.js';
import { adviceFor, type AdviceSources } from './advice.js';
import { type FoundLayer, isOnAll, layersOf, sampleOf } from './found-layer.js';
import { lineText } from './layer-line.js';

/** The parts that finding another CORS layer needs. */
export interface OtherLayerSources extends AdviceSources {
  /** The recorded calls with which the app added to its adapter. */
  readonly calls: readonly AdapterCall[];
  readonly rules: readonly RouteRule[];
  /** Reports whether the platform's own router had the function before Nest's adapter was created. */
  readonly isOlderThanAdapter: (handle: object | undefined) => boolean;
  /** Paths of handlers with a CORS decorator, as far as they are known: no layer may be on them. */
  readonly decoratedPaths: readonly string[];
}

/**
 * Finds every other CORS layer on the app. It would answer beside this library, with one policy for everything (rule
 * 3.7).
 *
 * @returns an issue for each: the line that added it, and its replacement
 */
export function otherLayerIssues(sources: OtherLayerSources): readonly CorsIssue[] {
  const found = layersOf(sources.platform, sources.calls).filter((layer) => !isUnmanaged(layer, sources));
  const told = new Set<unknown>();
  return found.map((layer): CorsIssue => {
    const line = lineText(layer, sources.platform.name, sources.isOlderThanAdapter);
    const { note, suggestion } = adviceFor(layer, sources);
    const path = layer.path === '' ? undefined : layer.path;
    const reason = `Another CORS layer is on the same app: remove ${line}.`;
    // Two layers on one path differ in their line.
    const value = told.has(path) ? line : path;
    told.add(path);
    return {
      place: 'the app',
      field: '',
      value,
      code: 'second-cors-layer',
      reason: note === undefined ? reason : `${reason} ${note}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
}

/** Reports whether entries of `routes` with `unmanaged: true` leave all of the layer's paths alone. */
function isUnmanaged(layer: FoundLayer, { rules, decoratedPaths }: OtherLayerSources): boolean {
  const { path } = layer;
  if (path === undefined || path === '' || isOnAll(layer) || decoratedPaths.some((each) => layer.covers(each))) {
    return false;
  }
  const sample = sampleOf(path);
  const inside = layer.isOnRoute ? [sample] : [`${sample}/a`, `${sample}/a/b`];
  return inside.every((each) => {
    const first = rules.findIndex((rule) => rule.match(each) !== undefined);
    const rule = rules[first];
    const earlier = rules.slice(0, Math.max(first, 0)).filter(({ unmanaged }) => !unmanaged);
    return (
      rule?.unmanaged === true &&
      rule.info.methods.includes('*') &&
      !earlier.some(({ info }) => layer.covers(sampleOf(info.path)))
    );
  });
}
