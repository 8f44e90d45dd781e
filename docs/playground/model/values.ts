import { type Expression, type NodeLike, type ObjectNode, placeOf, spanOf } from './parse.js';
import { type Problem, UnreadableError } from './problems.js';

/** Most values that one text is read as: a constant may be written once and used many times. */
const MOST_VALUES = 5_000;
/** Most levels of objects, lists and constants. */
const DEEPEST = 20;

type Property = ObjectNode['properties'][number];

/**
 * Reads expressions as the values that they are, without running anything: literals, objects, lists, and constants of
 * the same text. Anything else is a problem.
 */
export class ValueReader {
  readonly #nodes = new WeakMap<object, ObjectNode>();
  #left = MOST_VALUES;
  #depth = 0;

  /**
   * @param constants the values of `const`, by name
   * @param problems gets what cannot be read
   */
  constructor(
    private readonly text: string,
    private readonly constants: ReadonlyMap<string, Expression>,
    private readonly problems: Problem[],
  ) {}

  /** The node that an object was read from. */
  nodeOf(value: unknown): ObjectNode | undefined {
    return typeof value === 'object' && value !== null ? this.#nodes.get(value) : undefined;
  }

  /** @throws UnreadableError where there is too much to read */
  read(node: Expression): unknown {
    if (--this.#left < 0 || this.#depth >= DEEPEST) {
      throw new UnreadableError({
        ...placeOf(node),
        message:
          this.#left < 0 ? `At most ${MOST_VALUES} values are read.` : `At most ${DEEPEST} levels of values are read.`,
      });
    }
    this.#depth++;
    try {
      return this.#valueOf(node);
    } finally {
      this.#depth--;
    }
  }

  report(node: NodeLike, message: string): undefined {
    this.problems.push({ ...placeOf(node), message });
  }

  #valueOf(node: Expression): unknown {
    switch (node.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return node.value;
      case 'NullLiteral':
        return null;
      case 'RegExpLiteral':
        return this.#expressionOf(node);
      case 'TemplateLiteral':
        return this.#textOf(node);
      case 'ArrayExpression':
        return node.elements.flatMap((element) => this.#elementsOf(element));
      case 'ObjectExpression':
        return this.#objectOf(node);
      case 'Identifier':
        return this.#constantOf(node);
      case 'MemberExpression':
        return this.#memberOf(node);
      case 'UnaryExpression':
        return this.#signedOf(node);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ParenthesizedExpression':
        return this.read(node.expression);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.report(node, 'The playground runs no functions. Write the values that it would return.');
      default:
        return this.#unknown(node);
    }
  }

  #unknown(node: NodeLike): undefined {
    const { start, end } = spanOf(node);
    const written = this.text.slice(start, end).replace(/\s+/g, ' ');
    const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written;
    return this.report(node, `The playground runs no code. Write the value of \`${shown}\` itself.`);
  }

  #expressionOf(node: Extract<Expression, { type: 'RegExpLiteral' }>): RegExp | undefined {
    try {
      return new RegExp(node.pattern, node.flags);
    } catch (error) {
      return this.report(node, (error as Error).message);
    }
  }

  #textOf(node: Extract<Expression, { type: 'TemplateLiteral' }>): string | undefined {
    let text = '';
    for (const [index, { value }] of node.quasis.entries()) {
      text += value.cooked ?? '';
      const part = node.expressions[index];
      if (part !== undefined) {
        const read = this.read(part as Expression);
        if (typeof read !== 'string' && typeof read !== 'number') {
          return read === undefined ? undefined : this.#unknown(part);
        }
        text += String(read);
      }
    }
    return text;
  }

  #elementsOf(element: Extract<Expression, { type: 'ArrayExpression' }>['elements'][number]): readonly unknown[] {
    if (element === null) {
      return [undefined];
    }
    if (element.type !== 'SpreadElement') {
      return [this.read(element)];
    }
    const spread = this.read(element.argument);
    if (Array.isArray(spread)) {
      return spread as readonly unknown[];
    }
    this.report(element, 'Only a list can be spread here.');
    return [];
  }

  #objectOf(node: ObjectNode): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const property of node.properties) {
      for (const [name, value] of this.#fieldsOf(property)) {
        // An assignment would change the prototype of the object.
        if (name === '__proto__') {
          this.report(property, '`__proto__` is not the name of anything here.');
        } else {
          object[name] = value;
        }
      }
    }
    this.#nodes.set(object, node);
    return object;
  }

  #fieldsOf(property: Property): readonly (readonly [string, unknown])[] {
    if (property.type === 'SpreadElement') {
      const spread = this.read(property.argument);
      if (typeof spread === 'object' && spread !== null && !Array.isArray(spread)) {
        return Object.entries(spread);
      }
      this.report(property, 'Only an object can be spread here.');
      return [];
    }
    const name = nameOf(property);
    if (name === undefined) {
      this.#unknown(property.key);
      return [];
    }
    if (property.type === 'ObjectMethod') {
      this.report(property, 'The playground runs no functions. Write the values that it would return.');
      return [];
    }
    return [[name, this.read(property.value as Expression)]];
  }

  #constantOf(node: Extract<Expression, { type: 'Identifier' }>): unknown {
    if (node.name === 'undefined') {
      return undefined;
    }
    const value = this.constants.get(node.name);
    return value === undefined
      ? this.report(
          node,
          `\`${node.name}\` is not a \`const\` of this text. The playground has no providers and no environment: write the origins themselves.`,
        )
      : this.read(value);
  }

  #memberOf(node: Extract<Expression, { type: 'MemberExpression' }>): unknown {
    const { object, property, computed } = node;
    // `process.env.X` and `config.origins` are best named as a whole.
    if (computed || property.type !== 'Identifier' || !this.#isConstant(object)) {
      return this.#unknown(node);
    }
    const whole = this.read(object);
    return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, property.name)
      ? (whole as Record<string, unknown>)[property.name]
      : this.#unknown(node);
  }

  #isConstant(node: NodeLike): boolean {
    let inner = node as Expression;
    for (let depth = 0; inner.type === 'MemberExpression' && depth < DEEPEST; depth++) {
      inner = inner.object;
    }
    return inner.type === 'Identifier' && this.constants.has(inner.name);
  }

  #signedOf(node: Extract<Expression, { type: 'UnaryExpression' }>): unknown {
    const value = node.operator === '-' || node.operator === '!' ? this.read(node.argument) : undefined;
    if (node.operator === '-' && typeof value === 'number') {
      return -value;
    }
    return node.operator === '!' && typeof value === 'boolean' ? !value : this.#unknown(node);
  }
}

/** The name of a property or method that is written as it is; `undefined`: it is computed. */
export function nameOf({
  key,
  computed,
}: {
  readonly key: NodeLike;
  readonly computed?: boolean | null;
}): string | undefined {
  const name = key as Expression;
  if (computed === true) {
    return undefined;
  }
  return name.type === 'Identifier' ? name.name : name.type === 'StringLiteral' ? name.value : undefined;
}
