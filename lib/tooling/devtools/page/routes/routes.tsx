import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { OverviewAnswer } from '../../protocol.js';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { useMore } from '../ui/more.js';
import { plural } from '../ui/parts.js';
import { EVERYTHING, groupsOf, type RouteGroup, search } from './find.js';
import { RouteRow } from './row.js';
import { RouteSearchForm } from './search.js';

/** With more routes than this, groups are closed at first. */
const MANY = 40;

/** The routes by controller, with the policy and the findings of each. */
export function Routes(): VNode {
  const shown = useStore(overview);
  return (
    <>
      <RouteSearchForm />
      {shown && <RouteList overview={shown} />}
    </>
  );
}

function RouteList({ overview: { routes, routesLeftOut, origins } }: { overview: OverviewAnswer }): VNode {
  const wanted = useStore(search);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const groups = useMemo(() => groupsOf(routes, wanted), [routes, wanted]);
  const foldable = routes.length > MANY;
  const searched = wanted !== EVERYTHING;
  const isOpen = ({ name }: RouteGroup): boolean => !foldable || searched || opened.has(name);
  const { most, end } = useMore(groups);
  const count = groups.reduce((sum, { members }) => sum + members.length, 0);
  const all = foldable && !searched && opened.size === 0;
  let room = most;
  return (
    <>
      <div class="bar counts">
        <p role="status">
          {count === routes.length ? plural(count, 'route') : `${count} of ${plural(routes.length, 'route')}`}
          {routesLeftOut > 0 && `, and ${routesLeftOut} more that this page does not show`}
        </p>
        {foldable && !searched && (
          <button
            type="button"
            class="quiet"
            onClick={() => setOpened(new Set(all ? groups.map(({ name }) => name) : []))}
          >
            {all ? 'Open all' : 'Close all'}
          </button>
        )}
      </div>
      {count === 0 && <p class="empty">No route fits the search.</p>}
      <div class="routes" onKeyDown={moveInList}>
        {groups.map((group) => {
          if (room <= 0) {
            room = -1;
            return null;
          }
          const open = isOpen(group);
          const members = open ? group.members.slice(0, room) : [];
          room -= members.length + 1;
          return (
            <section key={group.name} class="group" aria-label={group.name}>
              <h3>
                <button
                  type="button"
                  class="quiet"
                  data-row
                  aria-expanded={open}
                  disabled={!foldable || searched}
                  onClick={() => setOpened(toggled(opened, group.name))}
                >
                  <span class="chevron" aria-hidden="true" /> {group.name}
                </button>{' '}
                <span class="soft">
                  {group.members.length === group.all ? '' : `${group.members.length} of `}
                  {plural(group.all, 'route')}
                </span>
              </h3>
              {members.length > 0 && (
                <ul>
                  {members.map((index) => (
                    <RouteRow key={index} index={index} route={routes[index]!} origin={origins[0]} />
                  ))}
                </ul>
              )}
            </section>
          );
        })}
        {room < 0 && <div ref={end} />}
      </div>
    </>
  );
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const others = new Set(names);
  if (!others.delete(name)) {
    others.add(name);
  }
  return others;
}

/** Up and down go through groups and routes. */
function moveInList(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const list = event.currentTarget as HTMLElement;
  const stops = [...list.querySelectorAll<HTMLElement>('[data-row]:not(:disabled)')];
  const at = stops.indexOf(event.target as HTMLElement);
  if (step !== undefined && at >= 0) {
    event.preventDefault();
    stops[at + step]?.focus();
  }
}
