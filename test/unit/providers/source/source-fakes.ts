import { SourceProvider } from '../../../../lib/providers/source/source-provider.js';
import type { AllowlistOptions } from '../../../../lib/providers/options.js';
import type { OriginSource } from '../../../../lib/providers/ports.js';
import { jest } from '@jest/globals';
import { checks, context, RecordingLog, setup } from '../fakes.js';

/** A source whose loads end when the test ends them. */
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

/** A source that answers each load at once with a function that the test may change. */
export class ReadySource implements OriginSource {
  /** The start time of each load. */
  readonly startedAt: number[] = [];
  changed: () => void = () => undefined;
  /** The duration of a load in milliseconds. */
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
  const allowlist = new SourceProvider(setup(source as OriginSource, options, log));
  const view = allowlist.under(checks());
  return { allowlist, log, has: (origin: string) => view.ask(origin, context()) };
}

export const down = (): never => {
  throw new Error('down');
};

/** Runs all pending work that does not wait for a timer. */
export const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
