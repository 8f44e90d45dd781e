/** A question that waits, in a ring of those of its level from the oldest to the newest. */
interface Waiting<Question> {
  readonly question: Question;
  older: Waiting<Question>;
  newer: Waiting<Question>;
}

/** Questions that wait, on levels: those of a lower level go first, and on one level the newest. */
export class LookupQueue<Question extends object> {
  readonly #levels: readonly Waiting<Question>[];
  /** The place of each question. */
  readonly #places = new Map<Question, Waiting<Question>>();

  /** @param levels their number */
  constructor(levels: number) {
    this.#levels = Array.from({ length: levels }, () => ring<Question>());
  }

  get size(): number {
    return this.#places.size;
  }

  add(question: Question, level: number): void {
    const end = this.#levels[level]!;
    const place = { question, older: end.older, newer: end };
    end.older.newer = place;
    end.older = place;
    this.#places.set(question, place);
  }

  /** The question that goes first. */
  peek(): Question | undefined {
    return this.#levels.find((end) => end.older !== end)?.older.question;
  }

  delete(question: Question): void {
    const place = this.#places.get(question);
    if (place === undefined) {
      return;
    }
    this.#places.delete(question);
    place.older.newer = place.newer;
    place.newer.older = place.older;
  }
}

/** An empty ring: its end, which has no question, is beside the oldest and the newest. */
function ring<Question>(): Waiting<Question> {
  const end = {} as Waiting<Question>;
  end.older = end.newer = end;
  return end;
}
