import { type Tab, tab, TABS } from './state.js';

/** Keeps the address and the open section equal, so that the browser's buttons lead back, and a reload stays. */
export function followHash(): void {
  const read = (): void => {
    const name = location.hash.slice(1) as Tab;
    if (TABS.includes(name)) {
      tab.set(name);
    }
  };
  addEventListener('hashchange', read);
  read();
  tab.follow(() => {
    if (location.hash.slice(1) !== tab.get()) {
      history.pushState(null, '', `#${tab.get()}`);
    }
  });
}
