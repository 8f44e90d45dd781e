import type { VNode } from 'preact';
import { policyName } from '../routes/find.js';
import { plural } from '../ui/parts.js';
import { failure } from './connection.js';
import { helpIsOpen } from './keys.js';
import { type Connection, connection, openPanel, overview } from './state.js';
import { useStore } from './store.js';

const STATES: Readonly<Record<Connection, string>> = {
  loading: 'Connecting…',
  live: 'Connected',
  gone: 'Reconnecting…',
  locked: 'Locked',
};

/** The title, the counts and the connection. */
export function Header(): VNode {
  const shown = useStore(overview);
  const state = useStore(connection);
  const failed = useStore(failure);
  const policies = new Set(shown?.routes.map(policyName)).size;
  const closed = shown?.routes.filter(({ policy }) => policy === null || policy.noCors).map(policyName);
  return (
    <header>
      <h1>CORS of this app</h1>
      <p id="summary" role="status">
        {shown
          ? [
              plural(shown.routes.length + shown.routesLeftOut, 'route'),
              plural(policies - new Set(closed).size, 'policy', 'policies'),
              plural(shown.allowlists.length, 'allowlist'),
              plural(shown.findings.length, 'finding'),
            ].join(' · ')
          : failed === ''
            ? 'Loading…'
            : `This page could not be filled: ${failed}`}
      </p>
      <p class={`connection ${state}`} data-connection={state}>
        {STATES[state]}
      </p>
      <button
        type="button"
        onClick={() =>
          openPanel(
            { url: shown?.routes[0]?.example ?? '/', ...(shown?.origins[0] && { origin: shown.origins[0] }) },
            { explain: false },
          )
        }
      >
        Explain a request
      </button>
      <button type="button" class="quiet" aria-keyshortcuts="?" onClick={() => helpIsOpen.set(true)}>
        Keys <kbd>?</kbd>
      </button>
    </header>
  );
}
