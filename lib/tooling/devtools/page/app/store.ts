import { useLayoutEffect, useState } from 'preact/hooks';

/** A value that components follow: each one that uses it is drawn anew when it changes. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** @returns ends it */
  follow(listener: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (!Object.is(next, value)) {
        value = next;
        [...listeners].forEach((listener) => listener());
      }
    },
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The value of a store in a component. */
export function useStore<T>({ get, follow }: Store<T>): T {
  const [, draw] = useState({});
  const drawn = get();
  useLayoutEffect(() => {
    const end = follow(() => draw({}));
    // An effect of another component may have changed it since.
    if (!Object.is(drawn, get())) {
      draw({});
    }
    return end;
  }, [get, follow]);
  return drawn;
}
