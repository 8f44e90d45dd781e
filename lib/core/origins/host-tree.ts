/** A domain in the tree. Both maps are made when they are needed: most nodes are leaves. */
interface HostNode {
  children: Map<string, HostNode> | undefined;
  marks: Set<string> | undefined;
}

/**
 * Domains, each with marks that count for every name below it, as a tree over their labels from the right: to
 * look a host up is to walk its own labels, however many domains the tree holds.
 */
export class HostTree {
  readonly #root = newNode();
  #size = 0;

  /** How many different pairs of domain and mark were added. */
  get size(): number {
    return this.#size;
  }

  /**
   * Reports whether the pair was not there before.
   * @param domain without a trailing dot or an empty label
   */
  add(domain: string, mark: string): boolean {
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
    node.marks ??= new Set();
    if (node.marks.has(mark)) {
      return false;
    }
    node.marks.add(mark);
    this.#size++;
    return true;
  }

  /** Reports whether a domain above the host, at any distance but not the host itself, carries one of two marks. */
  covers(host: string, mark: string, otherMark: string): boolean {
    let node: HostNode | undefined = this.#root;
    for (let end = host.length; ;) {
      const dot = host.lastIndexOf('.', end - 1);
      // The leftmost label is what a wildcard stands for: it never takes part in the walk.
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

function newNode(): HostNode {
  return { children: undefined, marks: undefined };
}
