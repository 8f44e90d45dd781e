import { SourceAllowlist } from '../../../lib/allowlists/source-allowlist.js';
import type { AllowlistOptions } from '../../../lib/allowlists/options.js';
import type { OriginSource } from '../../../lib/allowlists/ports.js';
import { jest } from '@jest/globals';
import { checks, context, RecordingLog, setup } from './fakes.js';

/** A source whose loads end when the test says so. */
export class ManualSource implements OriginSource {
  readonly loads: { resolve: (list: Iterable<string>) => void; reject: (error: Error) => void; signal: AbortSignal }[] =
    [];
  readonly startedAt: number[] = [];
  changed: () => void = () => undefined;

  load(signal: AbortSignal): Promise<Iterable<string>> {
    this.startedAt.push(performance.now());
    return new Promise((resolve, reject) => this.loads.push({ resolve, reject, signal }));
  }

  watch(changed: () => void): () => void {
    this.changed = changed;
    return () => undefined;
  }
}

/** A source that answers each load at once, by a function that the test may change. */
export class ReadySource implements OriginSource {
  /** When each load was started. */
  readonly startedAt: number[] = [];
  changed: () => void = () => undefined;
  /** Milliseconds that a load takes. */
  takes = 0;
  read: () => unknown;

  constructor(read: () => unknown = () => ['https://a.example']) {
    this.read = read;
  }

  async load(): Promise<Iterable<string>> {
    this.startedAt.push(performance.now());
    if (this.takes > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.takes));
    }
    return this.read() as Iterable<string>;
  }

  watch(changed: () => void): () => void {
    this.changed = changed;
    return () => undefined;
  }
}

export function allowlistOf(source: unknown, options: AllowlistOptions = {}) {
  const log = new RecordingLog();
  const allowlist = new SourceAllowlist(setup(source as OriginSource, options, log));
  const view = allowlist.under(checks());
  return { allowlist, log, has: (origin: string) => view.ask(origin, context()) };
}

export const down = (): never => {
  throw new Error('down');
};

/** Lets everything run that waits for no timer. */
export const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
