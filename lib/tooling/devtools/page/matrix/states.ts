import type { CellState, MatrixCell, OverviewRoute } from '../../protocol.js';

/** A state as a cell shows it. */
export interface StateLook {
  readonly sign: string;
  readonly word: string;
  readonly words: string;
}

export const STATES: Readonly<Record<CellState, StateLook>> = {
  'with-cookies': { sign: '●', word: 'cookies', words: 'open, cookies too' },
  'without-cookies': { sign: '○', word: 'open', words: 'open, without cookies' },
  refused: { sign: '✕', word: 'refused', words: 'refused' },
  'no-policy': { sign: '–', word: 'no policy', words: 'no policy' },
  unknown: { sign: '?', word: 'not known', words: 'not known' },
};

/** The state of a cell in words, with the reason. */
export function wordsOf({ state, reason, why = reason }: MatrixCell, { kind }: OverviewRoute): string {
  const said = kind === 'gateway' && state === 'no-policy' ? 'no policy, open to any page' : STATES[state].words;
  return why === undefined || why === 'allowed' ? said : `${said}: ${why}`;
}

/** Gateways of one path differ in their other fields. */
export const addressOf = ({ path, port, namespace }: OverviewRoute): string =>
  (port === undefined ? '' : `:${port}`) + path + (namespace === undefined ? '' : ` ${namespace}`);
