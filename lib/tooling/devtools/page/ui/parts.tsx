import type { ComponentChildren, VNode } from 'preact';

/** Of a verdict: allowed, in part, refused; a warning; nothing to say. */
export type Tone = 'good' | 'part' | 'bad' | 'warn' | 'plain';

/** The sign of a tone: no tone is told by its colour alone. */
const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', part: '○', bad: '✕', warn: '!', plain: '' };

/** A word in a box. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }): VNode {
  return (
    <span class={`tag ${tone}`}>
      {tone !== 'plain' && <span aria-hidden="true">{SIGNS[tone]} </span>}
      {children}
    </span>
  );
}

/** The methods of a route, each in its colour. */
export function Methods({ of }: { of: readonly string[] }): VNode {
  return (
    <>
      {of.map((method) => (
        <span key={method} class={`method m-${method === '*' ? 'any' : method.toLowerCase()}`}>
          {method}
        </span>
      ))}
    </>
  );
}

/** A list of names and values; without any, a sentence. */
export function Fields({ of, none }: { of: readonly (readonly [string, ComponentChildren])[]; none: string }): VNode {
  return of.length === 0 ? (
    <p class="soft">{none}</p>
  ) : (
    <dl class="fields">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A number with its noun. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
