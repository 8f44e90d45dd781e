import type { VNode } from 'preact';
import { restarted } from './connection.js';
import { connection } from './state.js';
import { useStore } from './store.js';

/** Says that the app does not answer, or that it was restarted and what that has changed. */
export function RestartNote(): VNode {
  const state = useStore(connection);
  const changes = useStore(restarted);
  return (
    <div id="run" role="status" data-state={state}>
      {state === 'gone' && <p>The app does not answer. This page shows what it was, and asks again.</p>}
      {state === 'locked' && (
        <p>The app was restarted, and this page has a new address: open the one that the log of the app prints.</p>
      )}
      {state === 'live' && changes !== undefined && (
        <>
          <p>
            The app was restarted. {changes.length === 0 && 'Nothing that this page shows has changed. '}
            <button type="button" onClick={() => restarted.set(undefined)}>
              Dismiss
            </button>
          </p>
          {changes.map(({ title, lines }) => (
            <details key={title} open={lines.length <= 5}>
              <summary>
                {title} ({lines.length})
              </summary>
              <ul>
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </details>
          ))}
        </>
      )}
    </div>
  );
}
