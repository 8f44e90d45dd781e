import type { OverviewAnswer } from '../../protocol.js';
import type { Question } from './question.js';
import { store } from './store.js';

/** The sections of the page, in the order of their tabs: the key 1 is the first. */
export const TABS = ['routes', 'matrix', 'live', 'allowlists', 'findings', 'reports'] as const;
export type Tab = (typeof TABS)[number];

/** The content of the panel. */
export interface PanelView {
  /** The question that its form begins with. */
  readonly question: Question;
  /** True: it is explained at once. */
  readonly explain: boolean;
  /** Sentences above the form, of what was pasted. */
  readonly notes?: readonly string[];
}

/** `loading` until the first overview; `gone`: the app does not answer; `locked`: it has another token since its restart. */
export type Connection = 'loading' | 'live' | 'gone' | 'locked';

export const overview = store<OverviewAnswer | undefined>(undefined);
export const connection = store<Connection>('loading');
export const tab = store<Tab>('routes');
export const panel = store<PanelView | undefined>(undefined);

/** The element that the panel was opened from. */
let opener: Element | null = null;

/** Opens the panel with a question. While it is open, the next question replaces the one in it. */
export function openPanel(question: Question, { explain = true, notes = [] as readonly string[] } = {}): void {
  if (panel.get() === undefined) {
    opener = document.activeElement;
  }
  panel.set({ question, explain, notes });
}

/** Closes the panel, and returns the focus to where it was. */
export function closePanel(): void {
  panel.set(undefined);
  // The next drawing is queued by now: after it, the panel is gone, and the page below a sheet takes the focus again.
  queueMicrotask(() => (opener instanceof HTMLElement && opener.isConnected ? opener.focus() : undefined));
}
