import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { useMedia } from '../app/media.js';
import { groupsOf, search } from '../routes/find.js';
import { RouteSearchForm } from '../routes/search.js';
import { columns } from './columns.js';
import { Grid } from './grid.js';
import { Origins } from './origins.js';
import { STATES } from './states.js';
import { rowsOf } from './window.js';

/** Origins against routes. A cell shows with a sign, a word and a colour what a page of the origin may do with the route. */
export function Matrix(): VNode {
  const shown = useStore(overview);
  const all = useStore(columns);
  const wanted = useStore(search);
  const isNarrow = useMedia('(max-width: 599px)');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [chosen, choose] = useState('');
  const routes = shown?.routes ?? [];
  const groups = useMemo(() => groupsOf(routes, wanted), [routes, wanted]);
  const rows = useMemo(() => rowsOf(groups, closed), [groups, closed]);
  const one = all.find(({ origin }) => origin === chosen) ?? all[0];
  const waiting = all.filter(({ cells, problem }) => cells === undefined && problem === undefined).length;
  return (
    <>
      <RouteSearchForm />
      <Origins />
      {isNarrow && (
        <label class="one-origin">
          Origin
          <select value={one?.origin ?? ''} onInput={(event) => choose(event.currentTarget.value)}>
            {all.map(({ origin }) => (
              <option key={origin} value={origin}>
                {origin}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="bar counts">
        <ul class="legend" aria-label="Legend">
          {Object.entries(STATES).map(([state, { sign, words }]) => (
            <li key={state}>
              <span class={`cell ${state}`} aria-hidden="true">
                {sign}
              </span>{' '}
              {words}
            </li>
          ))}
        </ul>
        <p role="status" class="soft" data-waiting={waiting}>
          {waiting > 0 ? `Asking about ${waiting} of ${all.length} origins…` : `${routes.length} × ${all.length}`}
        </p>
      </div>
      {rows.length === 0 && routes.length > 0 ? (
        <p class="empty">No route fits the search.</p>
      ) : (
        <Grid
          routes={routes}
          rows={rows}
          columns={isNarrow ? (one === undefined ? [] : [one]) : all}
          isNarrow={isNarrow}
          onToggle={(name) =>
            setClosed(
              (before) => new Set(before.has(name) ? [...before].filter((one) => one !== name) : [...before, name]),
            )
          }
        />
      )}
    </>
  );
}
