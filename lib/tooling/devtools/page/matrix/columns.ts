import type { MatrixAnswer } from '../../protocol.js';
import { ask } from '../app/ask.js';
import { overview, tab } from '../app/state.js';
import { store } from '../app/store.js';

/** Origins that the matrix has at most. */
export const MOST_COLUMNS = 50;

/** An origin of the matrix. Without cells it is being asked about, or could not be. */
export interface Column {
  readonly origin: string;
  readonly cells?: MatrixAnswer;
  readonly problem?: string;
}

export const columns = store<readonly Column[]>([]);

/** The run of the app that the columns are of. */
let run: string | undefined;
let asking = false;

/**
 * Begins with the origins of the overview. After a restart the same origins are asked about again. The app is asked while
 * the matrix is shown: its columns are read nowhere else.
 */
export function followOverview(): void {
  const begin = (): void => {
    const now = overview.get();
    if (now !== undefined && now.run !== run) {
      const origins = run === undefined ? now.origins : columns.get().map(({ origin }) => origin);
      run = now.run;
      columns.set(origins.slice(0, MOST_COLUMNS).map((origin) => ({ origin })));
      void fill();
    }
  };
  overview.follow(begin);
  tab.follow(() => void fill());
  begin();
}

/**
 * Adds an origin.
 *
 * @throws Error (a rejection) where there is no room, or the app says that it is not an origin
 */
export async function addColumn(origin: string): Promise<void> {
  if (columns.get().some((column) => column.origin === origin)) {
    throw new Error('This origin is already in the table.');
  }
  if (columns.get().length >= MOST_COLUMNS) {
    throw new Error(`The table has room for ${MOST_COLUMNS} origins: remove one first.`);
  }
  const of = run;
  const cells = await ask<MatrixAnswer>('matrix.json', origin);
  columns.set([...columns.get(), of === run ? { origin, cells } : { origin }]);
  void fill();
}

export function removeColumn(origin: string): void {
  columns.set(columns.get().filter((column) => column.origin !== origin));
}

/** Asks about one origin after the other: the app answers few questions at once. */
async function fill(): Promise<void> {
  if (asking) {
    return;
  }
  asking = true;
  for (let next = waiting(); next !== undefined; next = waiting()) {
    const [{ origin }, of] = [next, run];
    const answer = await ask<MatrixAnswer>('matrix.json', origin).then(
      (cells) => ({ cells }),
      (error: Error) => ({ problem: error.message }),
    );
    if (of === run) {
      columns.set(columns.get().map((column) => (column.origin === origin ? { origin, ...answer } : column)));
    }
  }
  asking = false;
}

const waiting = (): Column | undefined =>
  tab.get() === 'matrix'
    ? columns.get().find(({ cells, problem }) => cells === undefined && problem === undefined)
    : undefined;
