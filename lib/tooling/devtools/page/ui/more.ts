import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows that are drawn at once; further ones come as the page is scrolled. */
const ROWS = 60;

export interface More {
  /** The number of rows to draw. */
  readonly most: number;
  /** For the element at whose sight there are more. */
  readonly end: (element: HTMLElement | null) => void;
  readonly showAll: () => void;
}

/** @param of what the rows are of: with another value the list begins anew */
export function useMore(of: unknown): More {
  const [drawn, set] = useState({ most: ROWS, of });
  const observer = useRef<IntersectionObserver | undefined>(undefined);
  const most = drawn.of === of ? drawn.most : ROWS;
  useEffect(() => () => observer.current?.disconnect(), []);
  return {
    most,
    end(element) {
      observer.current?.disconnect();
      observer.current = undefined;
      if (element !== null) {
        // A new observer tells at once whether the end is in sight already.
        observer.current = new IntersectionObserver(
          ([entry]) => entry?.isIntersecting && set({ most: most + ROWS, of }),
          { rootMargin: '600px' },
        );
        observer.current.observe(element);
      }
    },
    showAll: () => set({ most: Infinity, of }),
  };
}
