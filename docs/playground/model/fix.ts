import { unsafeHeaderNames } from '../../../lib/core/browser/safelist.js';
import type { Explanation } from '../../../lib/inspect/explain/explanation.js';
import { type NodeLike, type ObjectNode, type Span, spanOf } from './parse.js';
import { fieldIn, writtenAt } from './places.js';
import type { Written } from './written.js';

/** A replacement in the text. */
interface Edit extends Span {
  readonly text: string;
}

/**
 * The text with what the library advises for a blocked request, one reason at a time; `undefined` where no change of
 * the text is the remedy: the page has to change, or the change would let strangers in.
 */
export function fixedText(text: string, written: Written, explanation: Explanation): string | undefined {
  const edits = editsFor({ text, written, explanation });
  return edits.length === 0 ? undefined : apply(text, edits);
}

interface Blocked {
  readonly text: string;
  readonly written: Written;
  readonly explanation: Explanation;
}

function editsFor(blocked: Blocked): readonly Edit[] {
  const { request, policy, reason } = blocked.explanation;
  const origin = request.origin ?? '';
  switch (reason) {
    case 'origin-not-allowed':
      return listed(blocked, 'origin', [origin]);
    case 'method-not-allowed':
      return policy?.methods === undefined ? [] : listed(blocked, 'methods', [request.method]);
    case 'header-not-allowed':
      return listed(blocked, 'allowedHeaders', lackingHeaders(blocked.explanation));
    case 'credentials-not-allowed':
      return [
        ...(policy?.origin.includes('*') === true ? replaced(blocked, 'origin', quoted(origin)) : []),
        ...withCredentials(blocked),
      ];
    case 'no-policy':
      return decorated(blocked);
    case 'no-cors':
      return opened(blocked);
    default:
      return [];
  }
}

function lackingHeaders({ request, policy }: Explanation): readonly string[] {
  const allowed = typeof policy?.allowedHeaders === 'object' ? policy.allowedHeaders : [];
  const known = new Set(allowed.map((name) => name.toLowerCase()));
  return unsafeHeaderNames(Object.entries(request.headers)).filter((name) => !known.has(name));
}

/** The object that gives a field of the policy, as it is written. */
interface Holder {
  readonly node: ObjectNode | undefined;
  /** The field, where it is written there. */
  readonly value: NodeLike | undefined;
  /** What the field was read as. */
  readonly read: unknown;
}

function holderOf({ explanation, written }: Blocked, field: string): Holder {
  const place = explanation.provenance[field] ?? explanation.provenance['origin'];
  const object = place === undefined ? undefined : writtenAt(place, written).object;
  const node = written.nodeOf(object);
  const value = fieldIn(node, field)?.value;
  return { node, value, read: value && (object as Record<string, unknown>)[field] };
}

/** Adds values to a list, which may be one value, or a constant. */
function listed(blocked: Blocked, field: string, values: readonly string[]): readonly Edit[] {
  const { value, read } = holderOf(blocked, field);
  if (value === undefined || values.length === 0) {
    return [];
  }
  const added = values.map(quoted).join(', ');
  const written = blocked.text.slice(spanOf(value).start, spanOf(value).end);
  if (value.type === 'ArrayExpression') {
    return [appended(blocked.text, value, added)];
  }
  if (typeof read === 'boolean') {
    return [{ ...spanOf(value), text: added }];
  }
  if (value.type === 'StringLiteral') {
    const list = String(read)
      .split(',')
      .map((each) => quoted(each.trim()));
    return [{ ...spanOf(value), text: `[${[...list, added].join(', ')}]` }];
  }
  // A constant stays as it is: other policies may use it.
  return [{ ...spanOf(value), text: `[${Array.isArray(read) ? '...' : ''}${written}, ${added}]` }];
}

/** Adds elements to a list that is written as one: on a line of their own if the others are. */
function appended(text: string, list: NodeLike, added: string): Edit {
  const { start, end } = spanOf(list);
  const kept = text.slice(start + 1, end - 1).trimEnd();
  const at = start + 1 + kept.length;
  const hasComma = kept.endsWith(',');
  const [, gap = ' '] = /(\n[ \t]*)\S.*$/.exec(kept) ?? [];
  const before = kept === '' ? '' : `${hasComma ? '' : ','}${gap}`;
  return { start: at, end: at, text: before + added + (hasComma ? ',' : '') };
}

function replaced(blocked: Blocked, field: string, value: string): readonly Edit[] {
  const { value: known } = holderOf(blocked, field);
  return known === undefined ? [] : [{ ...spanOf(known), text: value }];
}

function withCredentials(blocked: Blocked): readonly Edit[] {
  const { value: known } = holderOf(blocked, 'credentials');
  if (known !== undefined) {
    return [{ ...spanOf(known), text: 'true' }];
  }
  const { value: after } = holderOf(blocked, 'origin');
  return after === undefined ? [] : [{ start: spanOf(after).end, end: spanOf(after).end, text: ', credentials: true' }];
}

/** Puts a policy on the handler that has none. */
function decorated({ explanation, written, text }: Blocked): readonly Edit[] {
  const route = written.places.get(explanation.route?.handler ?? '')?.route;
  if (route === undefined) {
    return [];
  }
  const { start } = spanOf(route);
  const indent = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const gap = text.slice(0, start - indent.length).endsWith('\n') ? `\n${indent}` : ' ';
  return [{ start, end: start, text: policyFor(explanation) + gap }];
}

/** Replaces `@NoCors()` by a policy for the page alone. */
function opened({ explanation, written }: Blocked): readonly Edit[] {
  const handler = explanation.route?.handler ?? '';
  const decorators = [handler, handler.split('.', 1)[0]!].map((place) => written.places.get(place)?.cors);
  const closing = decorators.find((each) => each !== undefined);
  return closing === undefined ? [] : [{ ...spanOf(closing), text: policyFor(explanation) }];
}

function policyFor({ request, policy }: Explanation): string {
  const fields = [
    `origin: ${quoted(request.origin ?? '')}`,
    ...(request.credentials ? ['credentials: true'] : []),
    // What the server refuses from other origins, it refuses still.
    ...(policy === null || policy.enforce === false
      ? []
      : [`enforce: ${policy.enforce === true ? 'true' : quoted(policy.enforce)}`]),
  ];
  return `@CorsPolicy({ ${fields.join(', ')} })`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

function apply(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}
