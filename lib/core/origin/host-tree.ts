/** A domain in the tree. Maps and sets are made when they are needed: most nodes are leaves. */
interface HostNode {
  children: Map<string, HostNode> | undefined;
  marks: Set<string> | undefined;
  shapes: Set<number> | undefined;
}

/**
 * A tree of domains over their labels from the right. Each domain has marks that apply to every name below it, and
 * shapes that apply to the names one label below. A look-up walks the labels of its host, however many domains the tree
 * has.
 */
export class HostTree {
  readonly #root = newNode();
  #size = 0;

  /** Number of different pairs of domain and mark that were added. */
  get size(): number {
    return this.#size;
  }

  /**
   * Reports whether the pair was not there before.
   * @param domain without an empty label, but for that after a dot at its end
   */
  add(domain: string, mark: string): boolean {
    const node = this.#nodeOf(domain);
    node.marks ??= new Set();
    if (node.marks.has(mark)) {
      return false;
    }
    node.marks.add(mark);
    this.#size++;
    return true;
  }

  /** All pairs of a domain and a mark. */
  *pairs(node = this.#root, domain = ''): Iterable<readonly [domain: string, mark: string]> {
    for (const mark of node.marks ?? []) {
      yield [domain, mark];
    }
    for (const [label, child] of node.children ?? []) {
      yield* this.pairs(child, domain === '' ? label : `${label}.${domain}`);
    }
  }

  /** Notes a shape for the names one label below a domain. */
  addShape(domain: string, shape: number): void {
    const node = this.#nodeOf(domain);
    node.shapes ??= new Set();
    node.shapes.add(shape);
  }

  /** The shapes that were noted for the names one label below a domain. */
  shapesBelow(domain: string): Iterable<number> {
    let node: HostNode | undefined = this.#root;
    for (let end = domain.length; end > 0 && node !== undefined;) {
      const dot = domain.lastIndexOf('.', end - 1);
      node = node.children?.get(domain.slice(dot + 1, end));
      end = dot;
    }
    return node?.shapes ?? NO_SHAPES;
  }

  #nodeOf(domain: string): HostNode {
    let node = this.#root;
    for (let end = domain.length; end > 0;) {
      const dot = domain.lastIndexOf('.', end - 1);
      const label = domain.slice(dot + 1, end);
      node.children ??= new Map();
      let child = node.children.get(label);
      if (child === undefined) {
        node.children.set(label, (child = newNode()));
      }
      node = child;
      end = dot;
    }
    return node;
  }

  /** Reports whether a domain above the host, at any distance but not the host itself, carries one of two marks. */
  covers(host: string, mark: string, otherMark: string): boolean {
    let node: HostNode | undefined = this.#root;
    for (let end = host.length; ;) {
      const dot = host.lastIndexOf('.', end - 1);
      // A wildcard matches the leftmost label, so that label never takes part in the walk.
      if (dot < 0) {
        return false;
      }
      node = node.children?.get(host.slice(dot + 1, end));
      if (node === undefined) {
        return false;
      }
      if (node.marks !== undefined && (node.marks.has(mark) || node.marks.has(otherMark))) {
        return true;
      }
      end = dot;
    }
  }
}

const NO_SHAPES: readonly number[] = [];

function newNode(): HostNode {
  return { children: undefined, marks: undefined, shapes: undefined };
}
