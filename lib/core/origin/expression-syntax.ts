/**
 * An expression, taken apart as far as texts can be made from it. Look-arounds, references and word boundaries are empty
 * sequences.
 */
export type ExpressionNode =
  | { readonly kind: 'anchor'; readonly side: 'start' | 'end' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'class'; readonly chars: string; readonly isDot: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly ExpressionNode[] }
  | { readonly kind: 'choice'; readonly options: readonly ExpressionNode[] }
  | { readonly kind: 'repeat'; readonly item: ExpressionNode; readonly min: number; readonly max: number };

/** Characters that texts are made of: those of origins, and some that no origin has. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-.:/_ABZ!';
const EMPTY: ExpressionNode = { kind: 'sequence', items: [] };

/** Takes an expression apart. What is made from the result must be tested by the expression itself. */
export function parseExpression({ source, flags }: RegExp): ExpressionNode {
  return new ExpressionParser(source, flags.replace(/[gy]/g, '')).choice();
}

/** A node and all nodes inside it. */
export function nodesOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'sequence':
      return [node, ...node.items.flatMap(nodesOf)];
    case 'choice':
      return [node, ...node.options.flatMap(nodesOf)];
    case 'repeat':
      return [node, ...nodesOf(node.item)];
    default:
      return [node];
  }
}

/** An escape, or one character. */
const ATOM = /\\(?:[pPu]\{[\w=]*\}|k<[\w$]*>|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[^])|[^]/;

class ExpressionParser {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  choice(): ExpressionNode {
    const options = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): ExpressionNode {
    const items: ExpressionNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      items.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', items };
  }

  #repeated(item: ExpressionNode): ExpressionNode {
    const [all, least, most = least] = /^(?:[?*+]|\{(\d+)(?:,(\d*))?\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    if (all === undefined) {
      return item;
    }
    this.#at += all.length;
    return least === undefined
      ? { kind: 'repeat', item, min: all.startsWith('+') ? 1 : 0, max: all.startsWith('?') ? 1 : Infinity }
      : { kind: 'repeat', item, min: Number(least), max: most === '' ? Infinity : Number(most) };
  }

  #atom(): ExpressionNode {
    const char = this.#source[this.#at]!;
    if (char === '(') {
      return this.#group();
    }
    const text = char === '[' ? this.#classText() : ATOM.exec(this.#source.slice(this.#at))![0];
    this.#at += text.length;
    if (text === '^' || text === '$') {
      return { kind: 'anchor', side: text === '^' ? 'start' : 'end' };
    }
    if (/^\\(?:[bB1-9]|k<)/.test(text)) {
      return EMPTY;
    }
    return text.length === 1 && text !== '.' ? { kind: 'text', value: text } : this.#classOf(text);
  }

  /** From one bracket to the other. With the flag `v` there may be classes inside. */
  #classText(): string {
    const nests = this.#flags.includes('v');
    let depth = 0;
    let end = this.#at;
    do {
      const char = this.#source[end];
      if (char === '\\') {
        end++;
      } else if (char === '[' && (nests || depth === 0)) {
        depth++;
      } else if (char === ']') {
        depth--;
      }
      end++;
    } while (depth > 0 && end < this.#source.length);
    return this.#source.slice(this.#at, end);
  }

  #group(): ExpressionNode {
    const open = /\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/.exec(this.#source.slice(this.#at))![0];
    this.#at += open.length;
    const body = this.choice();
    this.#at++;
    return /[=!]/.test(open) ? EMPTY : body;
  }

  /** The expression's own engine decides which characters a class or an escape matches. */
  #classOf(text: string): ExpressionNode {
    let chars = '';
    try {
      const one = new RegExp(`^(?:${text})$`, this.#flags);
      chars = [...ALPHABET].filter((char) => one.test(char)).join('');
    } catch {
      // What this reader cuts off wrongly matches nothing.
    }
    const isEscape = text.startsWith('\\') && chars.length <= 1;
    return isEscape
      ? { kind: 'text', value: text.length === 2 ? text.slice(1) : chars }
      : { kind: 'class', chars, isDot: text === '.' };
  }
}
