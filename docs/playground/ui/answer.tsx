import type { VNode } from 'preact';
import type { Explained } from '../model/judge.js';
import type { Exchange } from '../model/wire.js';
import type { Result } from './client.js';
import { TIME_LIMIT } from './client.js';

interface DetailsProps {
  readonly answer: Explained;
  /** The folder of the pages about reasons. */
  readonly reasons: string;
  /** The folder of the pages about findings of the audit. */
  readonly findings: string;
  readonly onFix: (code: string) => void;
  /** Takes the last change back; absent where there is none. */
  readonly onUndo: (() => void) | undefined;
}

/** The result in a sentence. */
export function Verdict({ result }: { readonly result: Result | undefined }): VNode {
  if (result === undefined) {
    return <p>The playground is loading.</p>;
  }
  if (result.kind === 'stopped') {
    return (
      <p>
        {badge('bad', 'Stopped')} This took more than {TIME_LIMIT / 1000} seconds. A regular expression may take too
        long.
      </p>
    );
  }
  if (result.kind === 'failed') {
    return (
      <p>
        {badge('bad', 'Failed')} {result.message}
      </p>
    );
  }
  const { answer } = result;
  switch (answer.kind) {
    case 'problems':
      return (
        <p>
          {badge('bad', answer.by === 'library' ? 'Startup stops' : 'Not readable')}{' '}
          {answer.problems.length === 1 ? 'There is 1 error' : `There are ${answer.problems.length} errors`} in the
          policies and routes. {answer.by === 'library' && 'The app does not start, and says the same.'}
        </p>
      );
    case 'question':
      return (
        <p>
          {badge('bad', 'No such request')} {answer.message}
        </p>
      );
    case 'explained': {
      const { verdict, summary } = answer.explanation;
      return (
        <p>
          {verdict === 'allowed' ? badge('good', 'Allowed') : badge('bad', 'Blocked')} {summary}
        </p>
      );
    }
  }
}

function badge(kind: 'good' | 'bad', text: string): VNode {
  return <strong class={`pg-badge pg-${kind}`}>{text}</strong>;
}

/** What happens to the request. */
export function Details({ answer, reasons, findings, onFix, onUndo }: DetailsProps): VNode {
  const { explanation, fix, wire, copies, startup, notes } = answer;
  const { reason, message, advice, policy, provenance } = explanation;
  return (
    <section class="pg-answer" aria-label="What happens">
      <p>
        Reason: <a href={reasons + reason}>{reason}</a>
      </p>
      {message !== '' && (
        <>
          <h2>On the console of the page</h2>
          <Code class="pg-console" text={message} label="The message of the console" />
        </>
      )}
      {advice.length > 0 && (
        <>
          <h2>The fix</h2>
          <ul>
            {advice.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      {fix !== undefined && (
        <>
          <Diff text={fix.diff} />
          <button type="button" class="pg-button" onClick={() => onFix(fix.code)}>
            Apply this change
          </button>
        </>
      )}
      {onUndo !== undefined && (
        <button type="button" class="pg-button" onClick={onUndo}>
          Undo the change
        </button>
      )}
      <h2>On the wire</h2>
      {wire.map((exchange) => (
        <ExchangeView key={exchange.title} {...exchange} />
      ))}
      <details>
        <summary>To try it on a server of yours</summary>
        {copies.map(([name, code]) => (
          <div key={name}>
            <h3>{name}</h3>
            <Code text={code} label={name} />
          </div>
        ))}
      </details>
      {policy !== null && Object.keys(provenance).length > 0 && (
        <>
          <h2>The policy: {policy.name}</h2>
          <dl class="pg-policy">
            {Object.entries(provenance).map(([field, place]) => (
              <div key={field}>
                <dt>
                  <code>{field}</code>
                </dt>
                <dd>
                  {valueText((policy as unknown as Record<string, unknown>)[field])} <span>from {place}</span>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h2>What startup logs</h2>
      <Code text={startup.line} label="The line of startup" />
      {startup.findings.length > 0 && (
        <ul>
          {startup.findings.map(({ code, place, detail, message: why }) => (
            <li key={`${code} ${place} ${detail ?? ''}`}>
              {place}
              {detail === undefined ? '' : ` (${detail})`}: {why} <a href={findings + code}>{code}</a>
            </li>
          ))}
        </ul>
      )}
      {notes.length > 0 && (
        <>
          <h2>Not read</h2>
          <ul>
            {notes.map(({ line, message: note }) => (
              <li key={line}>
                Line {line}: {note}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ExchangeView({ title, isSent, request, response, note }: Exchange): VNode {
  return (
    <>
      <h3>{title}</h3>
      {isSent ? (
        <>
          <Code text={request} label={title} />
          <h3>Answer to the {title.toLowerCase()}</h3>
          <Code text={response} label={`Answer to the ${title.toLowerCase()}`} />
          {note !== undefined && <p class="pg-hint">{note}</p>}
        </>
      ) : (
        <p class="pg-hint">The browser does not send it.</p>
      )}
    </>
  );
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value);
}

/** Text that may be wider than the page: it scrolls, also by keyboard. */
function Code({ text, label, class: name = '' }: { text: string; label: string; class?: string }): VNode {
  return (
    <pre class={`pg-pre ${name}`} tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}

function Diff({ text }: { readonly text: string }): VNode {
  return (
    <pre class="pg-pre pg-diff" tabIndex={0} role="region" aria-label="The change of the text">
      {text.split('\n').map((line, index) => (
        <span key={index} class={SIGNS[line[0] ?? '']}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const SIGNS: Readonly<Record<string, string>> = { '+': 'pg-added', '-': 'pg-removed', '@': 'pg-at' };
