import type { VNode } from 'preact';
import type { TesterSeen } from '../../protocol.js';
import { Fields, Tag } from '../ui/parts.js';
import type { ComparedLine, Comparison } from './comparison.js';

/** The prediction beside what happened. */
export function TestResult({ comparison, seen }: { comparison: Comparison; seen: TesterSeen }): VNode {
  const { agrees, summary, reached, lines } = comparison;
  const notSent = seen.blocked && seen.sent === false;
  return (
    <section class="card" aria-label="Live test">
      <h3>Live test</h3>
      <p class={`agreement ${agrees && !notSent ? 'agrees' : 'differs'}`} data-agrees={String(agrees)}>
        <Tag tone={agrees && !notSent ? 'good' : 'warn'}>{summary}</Tag>
      </p>
      <p data-reached>
        {reached} <span class="soft">It took {seen.milliseconds} ms.</span>
      </p>
      <table class="compared">
        <caption class="hidden">Predicted and happened</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">Predicted</th>
            <th scope="col">Happened</th>
            <th scope="col">
              <span class="hidden">Agrees</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.title} {...line} />
          ))}
        </tbody>
      </table>
      {seen.cookies !== undefined && seen.cookies.length > 0 && (
        <p>Set for the time of the request, and removed since: {seen.cookies.join(', ')}.</p>
      )}
      {seen.cookieProblem !== undefined && <p class="problem">{seen.cookieProblem}</p>}
      <Seen of={seen} />
    </section>
  );
}

function Line({ title, predicted, happened, agrees }: ComparedLine): VNode {
  return (
    <tr data-line={title}>
      <th scope="row">{title}</th>
      <td>{predicted}</td>
      <td>{happened}</td>
      <td>{agrees !== undefined && <Tag tone={agrees ? 'good' : 'warn'}>{agrees ? 'agrees' : 'differs'}</Tag>}</td>
    </tr>
  );
}

/** The part of the result that a script can see. */
function Seen({ of }: { of: TesterSeen }): VNode {
  if (of.blocked) {
    return (
      <>
        <h4>The script got</h4>
        <pre tabIndex={0} data-seen>
          {of.error}
        </pre>
        <p class="soft">A script learns no more than this; the reason is in the console of this browser.</p>
      </>
    );
  }
  if ('told' in of) {
    return (
      <>
        <h4>The script got a connection</h4>
        <pre tabIndex={0} data-seen>
          {of.told}
        </pre>
        {of.received !== undefined && (
          <>
            <h4>First answer to the message</h4>
            <pre tabIndex={0} data-received>
              {of.received || '(none within 2 s)'}
            </pre>
          </>
        )}
      </>
    );
  }
  return (
    <>
      <h4>The headers that the script got</h4>
      <Fields of={of.headers} none="none" />
      <h4>Body</h4>
      <pre tabIndex={0} data-seen>
        {of.body || '(empty)'}
      </pre>
    </>
  );
}
