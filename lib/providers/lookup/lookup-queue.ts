/**
 * Questions that wait, on levels: those of a lower level go first, and on one level the newest. What is taken away
 * leaves a gap; gaps never outnumber the questions.
 */
export class LookupQueue<Question extends object> {
  readonly #levels: (Question | undefined)[][] = [];
  /** The place of each question. */
  readonly #places = new Map<Question, { readonly level: number; readonly index: number }>();
  readonly #gaps: number[] = [];

  get size(): number {
    return this.#places.size;
  }

  has(question: Question): boolean {
    return this.#places.has(question);
  }

  add(question: Question, level: number): void {
    for (let i = this.#levels.length; i <= level; i++) {
      this.#levels.push([]);
      this.#gaps.push(0);
    }
    const waiting = this.#levels[level]!;
    this.#places.set(question, { level, index: waiting.length });
    waiting.push(question);
  }

  /** The question that goes first. */
  peek(): Question | undefined {
    for (const [level, waiting] of this.#levels.entries()) {
      while (waiting.length > 0) {
        const last = waiting.at(-1);
        if (last !== undefined) {
          return last;
        }
        waiting.pop();
        this.#gaps[level]!--;
      }
    }
    return undefined;
  }

  delete(question: Question): void {
    const place = this.#places.get(question);
    if (place === undefined) {
      return;
    }
    const { level, index } = place;
    const waiting = this.#levels[level]!;
    this.#places.delete(question);
    waiting[index] = undefined;
    if (++this.#gaps[level]! * 2 > waiting.length) {
      this.#close(level);
    }
  }

  /** Closes the gaps of a level. */
  #close(level: number): void {
    const waiting = this.#levels[level]!.filter((question) => question !== undefined);
    this.#levels[level] = waiting;
    this.#gaps[level] = 0;
    waiting.forEach((question, index) => this.#places.set(question, { level, index }));
  }
}
