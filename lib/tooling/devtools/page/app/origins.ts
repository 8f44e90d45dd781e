import { useEffect, useState } from 'preact/hooks';
import type { OriginsAnswer } from '../../protocol.js';
import { ask } from './ask.js';
import { inTurn } from './in-turn.js';

/** Time without a key before the app is asked, in milliseconds. */
const PAUSE_MS = 200;

/** The app answers few questions at once, and a slow provider may take seconds for each. */
const enqueue = inTurn();

/** The answer of the app about a text, and the text that it is about. */
export interface FoundOrigins {
  readonly about: string;
  readonly answer?: OriginsAnswer;
  readonly problem?: string;
}

/** Looks for entries with a text, and asks who would admit it, while it is typed. Without a text there is no answer. */
export function useOrigins(text: string): FoundOrigins | undefined {
  const [found, set] = useState<FoundOrigins | undefined>(undefined);
  const wanted = text.trim();
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      const told = (part: object): void => (current ? set({ about: wanted, ...part }) : undefined);
      if (wanted === '') {
        set(undefined);
      } else {
        void enqueue(
          () => current,
          () =>
            ask<OriginsAnswer>('origins.json', wanted).then(
              (answer) => told({ answer }),
              (error: Error) => told({ problem: error.message }),
            ),
        );
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted]);
  return wanted === '' ? undefined : found;
}
