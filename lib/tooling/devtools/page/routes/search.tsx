import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { OverviewRoute } from '../../protocol.js';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { EVERYTHING, methodsOf, policyName, prepareSearch, type RouteSearch, search } from './find.js';

const NONE: readonly OverviewRoute[] = [];

/** The search of the routes. The list and the matrix share it. */
export function RouteSearchForm(): VNode {
  const routes = useStore(overview)?.routes ?? NONE;
  useEffect(() => prepareSearch(routes), [routes]);
  const wanted = useStore(search);
  const methods = [...new Set(routes.flatMap(methodsOf))].sort();
  const policies = [...new Set(routes.map(policyName))].sort();
  const change = (part: Partial<RouteSearch>): void => {
    const next = { ...wanted, ...part };
    search.set(next.text + next.method + next.policy === '' ? EVERYTHING : next);
  };
  return (
    <form role="search" aria-label="Search the routes" class="bar" onSubmit={(event) => event.preventDefault()}>
      <label class="wide">
        Search
        <input
          type="search"
          data-search
          aria-keyshortcuts="/"
          autocomplete="off"
          spellcheck={false}
          placeholder="path, handler, origin, place, …"
          value={wanted.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <Choice label="Method" value={wanted.method} of={methods} onChoose={(method) => change({ method })} />
      <Choice label="Policy" value={wanted.policy} of={policies} onChoose={(policy) => change({ policy })} />
      <button type="button" disabled={wanted === EVERYTHING} onClick={() => search.set(EVERYTHING)}>
        Clear
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly of: readonly string[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, of, onChoose }: ChoiceProps): VNode {
  return (
    <label>
      {label}
      <select value={value} onInput={(event) => onChoose(event.currentTarget.value)}>
        <option value="">all</option>
        {of.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
