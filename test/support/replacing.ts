type Type = new (...args: unknown[]) => object;

/** Puts a proxy in place of a class. */
export const Proxied: ClassDecorator = (type) => new Proxy(type, {});

/** Puts a function with the prototype of a class in its place. */
const Rewritten: ClassDecorator = (type) => {
  const made = function (...args: unknown[]): object {
    return new (type as unknown as Type)(...args);
  };
  made.prototype = type.prototype as unknown;
  return made as unknown as typeof type;
};

/** Puts a subclass in place of a class. */
const Extended: ClassDecorator = (type) => class extends (type as unknown as Type) {} as unknown as typeof type;

/** Class decorators that put something else in place of the class, as those of tracing do. */
export const REPLACING: readonly (readonly [string, ClassDecorator])[] = [
  ['a proxy', Proxied],
  ['a function', Rewritten],
  ['a subclass', Extended],
];
