import { closePanel, panel, tab, TABS } from './state.js';
import { store } from './store.js';

/** The keys of the page, as its list of keys shows them. */
export const KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ['/', 'search in this section'],
  ['p', 'paste what the console said'],
  ['1 to 6', 'open a section'],
  ['arrows', 'move in lists, tabs and the matrix'],
  ['Enter', 'explain beside the row'],
  ['Esc', 'close the panel, and go back to where you were'],
  ['?', 'this list'],
];

const STORED = 'cors-page-keys';

/** True while the list of keys is open. */
export const helpIsOpen = store(false);

/** False where the user has switched keys without a modifier off. */
export const singleKeys = store(stored() !== 'off');

export function switchKeys(on: boolean): void {
  singleKeys.set(on);
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // A browser without storage forgets it.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Listens to the keys that work everywhere on the page. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    if (event.key === 'Escape' && panel.get() !== undefined && !helpIsOpen.get()) {
      event.preventDefault();
      closePanel();
    } else if (!isTyping(event.target) && singleKeys.get() && press(event.key)) {
      event.preventDefault();
    }
  });
}

/** @returns whether the key has a meaning here */
function press(key: string): boolean {
  const chosen = TABS[Number(key) - 1];
  if (chosen !== undefined) {
    tab.set(chosen);
    document.getElementById(`tab-${chosen}`)?.focus();
    return true;
  }
  if (key === '?') {
    helpIsOpen.set(true);
    return true;
  }
  return key === '/' ? focusOn('[data-search]') : key === 'p' && focusOn('[data-paste]');
}

function focusOn(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLInputElement>(selector)].find((field) => field.offsetParent);
  found?.focus();
  found?.select();
  return found !== undefined;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select, dialog') !== null;
