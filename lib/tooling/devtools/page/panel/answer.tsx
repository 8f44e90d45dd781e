import type { VNode } from 'preact';
import type { ExplainAnswer, ExplainedFix, TesterBody } from '../../protocol.js';
import { PolicyFields } from '../routes/policy-fields.js';
import { Copy } from '../ui/copy.js';
import { Verdict } from './verdict.js';
import { Wire } from './wire-view.js';

/** An explanation: the verdict, how to change it, and how it came about. */
export function Answer({ of, body }: { of: ExplainAnswer; body: TesterBody | undefined }): VNode {
  const { verdict, reason, summary, message, fixes, advice, route, policy, reportOnly } = of;
  return (
    <>
      <Verdict of={verdict} reason={reason} />
      <p>{summary}</p>
      {fixes.map((fix) => (
        <Fix key={fix.title} {...fix} />
      ))}
      {message !== '' && (
        <>
          <h4>In the console of Chromium</h4>
          <pre tabIndex={0} data-message>
            {message}
          </pre>
        </>
      )}
      {advice.length > 0 && (
        <>
          <h4>What to do</h4>
          <ul>
            {advice.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {reportOnly !== undefined && (
        <p class="finding">
          <strong>reportOnly</strong> {reportOnly.policy} would refuse this:{' '}
          {[reportOnly.preflight, reportOnly.response].filter(Boolean).join(', ')}
        </p>
      )}
      <Wire of={of} body={body} />
      {route === null ? (
        <p>No route serves this.</p>
      ) : (
        <p>
          <span class="soft">Served by </span>
          <code>{route.handler}</code>
          <span class="soft"> at </span>
          <code>{route.path}</code> {route.namespace !== undefined && <code>{route.namespace}</code>}
        </p>
      )}
      {policy !== null && !policy.noCors && (
        <details open>
          <summary>Policy {policy.name}, field by field</summary>
          <PolicyFields policy={policy} provenance={of.provenance} sources={of.sources} />
        </details>
      )}
    </>
  );
}

/** A correction that was judged before it is shown. */
function Fix({ title, place, code }: ExplainedFix): VNode {
  return (
    <section class="fix" aria-label={`Fix: ${title}`}>
      <h4>Fix: {title}</h4>
      {place !== undefined && (
        <p>
          <span class="soft">in </span>
          <code>{place}</code>
        </p>
      )}
      <pre tabIndex={0} data-fix>
        {code}
      </pre>
      <Copy text={code} label="Copy the fix" />
    </section>
  );
}
