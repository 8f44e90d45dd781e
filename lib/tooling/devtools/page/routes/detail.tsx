import type { VNode } from 'preact';
import type { OverviewRoute } from '../../protocol.js';
import { PolicyFields } from './policy-fields.js';

/** The handler, the policy field by field, and the findings of a route. */
export function RouteDetail({ route }: { route: OverviewRoute }): VNode {
  const { kind, policy, provenance, sources, handler, findings } = route;
  return (
    <>
      <p>
        <code>{handler}</code> <span class="source">{sources[handler]}</span>
      </p>
      {policy === null ? (
        <p>
          {kind === 'gateway'
            ? "No policy reaches this gateway: any page may open it, with the user's cookies."
            : 'No policy reaches this route: the library sends no CORS headers, and pages of other origins cannot read it.'}
        </p>
      ) : policy.noCors ? (
        <p>
          Closed by <code>@NoCors()</code>: no page of another origin may use it.
        </p>
      ) : (
        <PolicyFields policy={policy} provenance={provenance} sources={sources} />
      )}
      {findings.map(({ code, message }) => (
        <p key={code + message} class="finding">
          <strong>{code}</strong> {message}
        </p>
      ))}
    </>
  );
}
