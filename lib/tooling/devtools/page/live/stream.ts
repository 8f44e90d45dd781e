import type { DecisionEvent, DecisionsMessage } from '../../protocol.js';
import { addressOf } from '../app/ask.js';
import { connection } from '../app/state.js';
import { store } from '../app/store.js';
import { type DecisionList, isAllowed, mainOf, NO_DECISIONS, withMessage } from './decisions.js';

/** Time to a further attempt where the browser makes none itself, in milliseconds. */
const RETRY_MS = 3_000;

/** The recent decisions. */
export const decisions = store<DecisionList>(NO_DECISIONS);
/** True while decisions arrive as they are made. */
export const streaming = store(false);

/**
 * Follows the decisions of the app while its tab in the browser is visible.
 *
 * @param onRun hears the run of the app with each message
 * @returns ends it
 */
export function followDecisions(onRun: (run: string) => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const close = (): void => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
    streaming.set(false);
  };
  const open = (): void => {
    close();
    // With another token since its restart, the app has nothing for this page.
    if (document.hidden || connection.get() === 'locked') {
      return;
    }
    const opened = new EventSource(addressOf('decisions.events'));
    source = opened;
    opened.addEventListener('open', () => streaming.set(true));
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as DecisionsMessage;
      decisions.set(withMessage(decisions.get(), message));
      onRun(message.run);
    });
    opened.addEventListener('error', () => {
      streaming.set(false);
      // After an answer that is no stream, and in Firefox without an answer, the browser makes no further attempt.
      if (opened.readyState === EventSource.CLOSED) {
        clearTimeout(retry);
        retry = setTimeout(open, RETRY_MS);
      }
    });
  };

  document.addEventListener('visibilitychange', open);
  open();
  return () => {
    document.removeEventListener('visibilitychange', open);
    close();
  };
}

/** Origins of calls that were refused lately, the newest first. */
export function refusedOrigins(): readonly string[] {
  const refused = decisions.get().rows.filter((row) => !isAllowed(row));
  return [...new Set(refused.flatMap((row) => mainOf(row).origin ?? []))];
}

/** The properties that identify a call among the decisions. */
export interface SentCall {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly origin: string;
  /** Id of the last decision before it. */
  readonly after: number;
}

/** Longest time in which the app tells what it decided, in milliseconds. */
const TOLD_MS = 1_000;

/**
 * Waits for the decisions about a call.
 *
 * @param isOver reports whether no further decision is expected
 * @returns `undefined` where the stream is not open, so that nothing is known
 */
export async function decisionsAbout(
  call: SentCall,
  isOver: (found: readonly DecisionEvent[]) => boolean,
): Promise<readonly DecisionEvent[] | undefined> {
  const found = (): readonly DecisionEvent[] => decisionsIn(decisions.get(), call);
  await new Promise<void>((resolve) => {
    const look = (): void => (isOver(found()) ? done() : undefined);
    const end = decisions.follow(look);
    const timer = setTimeout(() => done(), TOLD_MS);
    const done = (): void => {
      end();
      clearTimeout(timer);
      resolve();
    };
    look();
  });
  return streaming.get() ? found() : undefined;
}

function decisionsIn({ rows }: DecisionList, { method, url, origin, after }: SentCall): readonly DecisionEvent[] {
  const { pathname, search } = new URL(url);
  // The app cuts what is longer than 512 characters.
  const beginning = (text: string): string => text.slice(0, 500);
  return rows
    .filter((row) => mainOf(row).origin === origin && beginning(mainOf(row).url) === beginning(pathname + search))
    .flatMap(({ preflight, request }) => [preflight, request])
    .filter((decision) => decision !== undefined && decision.id > after && decision.method === method)
    .filter((decision) => decision !== undefined)
    .sort((one, other) => one.id - other.id);
}
