import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { openPanel } from '../app/state.js';
import { store, useStore } from '../app/store.js';
import { Field } from '../ui/field.js';
import { useMore } from '../ui/more.js';
import { plural } from '../ui/parts.js';
import {
  clear,
  type DecisionFilter,
  type DecisionRow,
  mainOf,
  NO_FILTER,
  pause,
  resume,
  shownRows,
  waiting,
} from './decisions.js';
import { notesOf, questionOf } from './question.js';
import { Call } from './row.js';
import { decisions, streaming } from './stream.js';

/** Outlives the section, which is drawn only while its tab is chosen. */
const filters = store<DecisionFilter>(NO_FILTER);

/** The recent decisions of the app, as they are made. */
export function Live(): VNode {
  const list = useStore(decisions);
  const open = useStore(streaming);
  const filter = useStore(filters);
  const rows = shownRows(list, filter);
  const paused = list.paused !== undefined;
  const count = waiting(list);
  return (
    <>
      <div class="title">
        <h2>Live decisions</h2>
        <p data-live-count>{plural(rows.length, 'call')}</p>
        <button type="button" aria-pressed={paused} onClick={() => decisions.set(paused ? resume(list) : pause(list))}>
          {paused ? 'Go on' : 'Pause'}
        </button>
        <button type="button" onClick={() => decisions.set(clear(list))}>
          Clear
        </button>
      </div>
      <Filters filter={filter} origins={[...new Set(list.rows.flatMap((row) => mainOf(row).origin ?? []))]} />
      <p class="soft live-told" data-live-told>
        {[
          open ? '' : 'The app sends no decisions at the moment.',
          paused ? `Paused: ${plural(count, 'further call')} came since.` : '',
          list.leftOut > 0
            ? `${plural(list.leftOut, 'decision is', 'decisions are')} missing: more came than the app keeps for a page.`
            : '',
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
      {rows.length === 0 ? (
        <p class="soft">
          {list.rows.length === 0
            ? 'No call so far. Calls with an Origin appear here as the app decides about them.'
            : 'No call fits the filter.'}
        </p>
      ) : (
        <Calls rows={rows} filter={filter} />
      )}
    </>
  );
}

function Filters({ filter, origins }: { filter: DecisionFilter; origins: readonly string[] }): VNode {
  const change = (part: Partial<DecisionFilter>): void => filters.set({ ...filter, ...part });
  return (
    <form role="search" aria-label="Filter the calls" class="filter" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Verdict"
        value={filter.verdict}
        options={['allowed', 'refused']}
        onValue={(verdict) => change({ verdict: verdict as DecisionFilter['verdict'] })}
      />
      <Choice
        label="Kind"
        value={filter.kind}
        options={['request', 'preflight', 'websocket']}
        onValue={(kind) => change({ kind: kind as DecisionFilter['kind'] })}
      />
      <Field label="Origin" value={filter.origin} offers={origins} onValue={(origin) => change({ origin })} />
      <Field label="Route" search value={filter.route} onValue={(route) => change({ route })} />
      <button type="button" onClick={() => filters.set(NO_FILTER)}>
        Show all
      </button>
    </form>
  );
}

interface FilterChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onValue: (value: string) => void;
}

function Choice({ label, value, options, onValue }: FilterChoiceProps): VNode {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        <option value="">all</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CallsProps {
  readonly rows: readonly DecisionRow[];
  readonly filter: DecisionFilter;
}

/** The list. The Tab key stops at one row, arrows move to the others. */
function Calls({ rows, filter }: CallsProps): VNode {
  const [current, setCurrent] = useState<number | undefined>(undefined);
  const { most, end, showAll } = useMore(filter);
  const list = useRef<HTMLOListElement>(null);
  const goesToLast = useRef(false);
  useLayoutEffect(() => {
    if (goesToLast.current) {
      goesToLast.current = false;
      list.current?.lastElementChild?.querySelector('button')?.focus();
    }
  });
  const stop = rows.some(({ id }) => id === current) ? current : rows[0]?.id;
  const openRow = (row: DecisionRow): void => openPanel(questionOf(row, location.origin), { notes: notesOf(row) });
  const move = (event: KeyboardEvent): void => {
    const item = (event.target as Element).closest('li');
    if (event.key === 'End' && most < rows.length) {
      event.preventDefault();
      goesToLast.current = true;
      showAll();
      return;
    }
    const next = {
      ArrowDown: item?.nextElementSibling,
      ArrowUp: item?.previousElementSibling,
      Home: item?.parentElement?.firstElementChild,
      End: item?.parentElement?.lastElementChild,
    }[event.key];
    if (next) {
      event.preventDefault();
      next.querySelector('button')?.focus();
    }
  };
  const byTarget = (target: EventTarget | null): DecisionRow | undefined => {
    const id = Number((target as Element).closest('button')?.dataset['id']);
    return rows.find((row) => row.id === id);
  };
  return (
    <>
      <ol
        ref={list}
        class="calls"
        aria-label="Calls, the newest first"
        onKeyDown={move}
        onFocusIn={({ target }) => setCurrent(byTarget(target)?.id)}
        onClick={({ target }) => {
          const row = byTarget(target);
          if (row !== undefined) {
            openRow(row);
          }
        }}
      >
        {rows.slice(0, most).map((row) => (
          <Call key={row.id} row={row} isStop={row.id === stop} />
        ))}
      </ol>
      {most < rows.length && <div ref={end} />}
    </>
  );
}
