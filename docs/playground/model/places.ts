import type { NodeLike, ObjectNode } from './parse.js';
import { nameOf } from './values.js';
import type { Written } from './written.js';

/** Where a place of the configuration is written: `policies.partner`, `defaultPolicy`, `OrdersController.update`. */
export interface WrittenAt {
  readonly node: NodeLike | undefined;
  /** The object of fields that was read there. */
  readonly object: unknown;
}

/** Finds where a place of the configuration is written. */
export function writtenAt(place: string, written: Written): WrittenAt {
  const [options] = written.roots;
  const [outer, nested] = place.split(/(?=\.reportOnly$)/) as [string, string | undefined];
  if (nested !== undefined) {
    const object = fieldOf(writtenAt(outer, written).object, 'reportOnly');
    return { node: written.nodeOf(object), object };
  }
  if (place === 'defaultPolicy') {
    return { node: fieldIn(written.nodeOf(options), place)?.key, object: fieldOf(options, place) };
  }
  const [, index] = /^routes\[(\d+)\]$/.exec(place) ?? [];
  if (index !== undefined) {
    const entry = (fieldOf(options, 'routes') as readonly unknown[] | undefined)?.[Number(index)];
    const policy = fieldOf(entry, 'policy');
    return { node: written.nodeOf(entry), object: typeof policy === 'object' ? policy : entry };
  }
  const [, named] = /^policies\.(.*)$/s.exec(place) ?? [];
  if (named !== undefined) {
    const holder = [options, ...written.features]
      .map((each) => fieldOf(each, 'policies'))
      .findLast((each) => fieldOf(each, named) !== undefined);
    return { node: fieldIn(written.nodeOf(holder), named)?.key, object: fieldOf(holder, named) };
  }
  const decorated = written.places.get(place);
  return decorated === undefined
    ? { node: written.nodeOf(options), object: options }
    : { node: decorated.cors ?? decorated.route, object: decorated.options };
}

/** The node of a field at a place, or else that of the place. */
export function nodeAt(place: string, field: string, written: Written): NodeLike | undefined {
  const { node, object } = writtenAt(place, written);
  const holder = written.nodeOf(object);
  // `allowlists.ttlMs`
  return fieldIn(holder, field.split('.', 1)[0]!)?.key ?? node ?? holder;
}

/** The name and the value of a field of an object, as they are written. */
export interface WrittenField {
  readonly key: NodeLike;
  readonly value: NodeLike;
}

export function fieldIn(node: ObjectNode | undefined, field: string): WrittenField | undefined {
  const property = node?.properties.findLast((each) => each.type === 'ObjectProperty' && nameOf(each) === field);
  return property?.type === 'ObjectProperty' ? { key: property.key, value: property.value } : undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? (value as Record<string, unknown>)[field]
    : undefined;
}
