/** Milliseconds on a clock that never runs backwards. The only clock of this room, besides the timers. */
export function now(): number {
  return performance.now();
}

/** A timer that does not keep the process alive. */
export function later(run: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(run, ms).unref();
}
