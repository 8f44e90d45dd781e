import type { OverviewAnswer, RunAnswer } from '../../protocol.js';
import { ask, AskError } from './ask.js';
import { type Changes, changesBetween } from './changes.js';
import { connection, overview, tab } from './state.js';
import { store } from './store.js';

/** Time between two questions whether the app is the same, in milliseconds. */
const EVERY_MS = 5_000;
const EVERY_MS_WHILE_GONE = 1_000;

/** The note about the last restart; `undefined`: there was none, or it was dismissed. */
export const restarted = store<readonly Changes[] | undefined>(undefined);

/** The reason why the page could not be filled. */
export const failure = store<string>('');

let checking = false;

/** Loads the overview, and loads it anew after each restart of the app, which it asks about while the page is looked at. */
export async function connect(): Promise<void> {
  await load();
  // Counts change while the app runs.
  tab.follow(() => {
    if (['allowlists', 'reports'].includes(tab.get())) {
      void load();
    }
  });
  addEventListener('focus', () => void check());
  document.addEventListener('visibilitychange', () => void check());
  next();
}

/** Asks whether the app is the one that the page shows. */
async function check(): Promise<void> {
  if (checking || document.visibilityState !== 'visible') {
    return;
  }
  checking = true;
  try {
    const { run } = await ask<RunAnswer>('run.json');
    if (run === overview.get()?.run) {
      connection.set('live');
    } else {
      await load();
    }
  } catch (error) {
    fail(error);
  } finally {
    checking = false;
  }
}

async function load(): Promise<void> {
  try {
    const now = await ask<OverviewAnswer>('overview.json');
    const before = overview.get();
    if (before !== undefined && before.run !== now.run) {
      restarted.set(changesBetween(before, now));
    }
    failure.set('');
    overview.set(now);
    connection.set('live');
  } catch (error) {
    fail(error);
  }
}

/** Hears the run of the app from its decisions: another one means that it was restarted. */
export function hearRun(run: string): void {
  if (overview.get() !== undefined && overview.get()?.run !== run) {
    void check();
  }
}

function fail(error: unknown): void {
  connection.set(error instanceof AskError && error.status === 403 ? 'locked' : 'gone');
  failure.set(error instanceof Error ? error.message : String(error));
}

function next(): void {
  setTimeout(
    () => void (document.hasFocus() ? check() : Promise.resolve()).then(next),
    connection.get() === 'live' ? EVERY_MS : EVERY_MS_WHILE_GONE,
  );
}
