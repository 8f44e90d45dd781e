import type { ComponentChildren, VNode } from 'preact';

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly (readonly [name: T, title: string, more?: ComponentChildren])[];
  readonly current: T;
  readonly onChoose: (tab: T) => void;
}

/** A list of tabs. The Tab key stops at the chosen one, arrows choose its neighbours; the part of a tab has the id `part-…`. */
export function Tabs<T extends string>({ label, tabs, current, onChoose }: TabsProps<T>): VNode {
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(([name]) => name === current);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const chosen = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (chosen !== undefined) {
      event.preventDefault();
      onChoose(chosen[0]);
      document.getElementById(`tab-${chosen[0]}`)?.focus();
    }
  };
  return (
    <div role="tablist" aria-label={label} class="tabs" onKeyDown={move}>
      {tabs.map(([name, title, more]) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === current}
          aria-controls={`part-${name}`}
          tabIndex={name === current ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          <span data-title={title}>{title}</span>
          {more}
        </button>
      ))}
    </div>
  );
}
