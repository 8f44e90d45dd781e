import type { BlockReason } from 'nestjs-cors-policy/testing';

/** The three pages that call the API, each from its own origin. */
export type Caller = 'shop' | 'tenant' | 'stranger';

export const callers: Readonly<Record<Caller, string>> = {
  shop: "the shop's own front end",
  tenant: 'a tenant, the tea house',
  stranger: 'a stranger',
};

/** What a page hands to `fetch()`. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `include` sends and keeps cookies; `same-origin` is what `fetch()` does by itself. */
  readonly credentials: 'include' | 'same-origin';
}

/** What the page is to see: the answer, or nothing. */
export type Expectation =
  | { readonly sees: number }
  | {
      readonly blocked: BlockReason;
      /** Which words of the code above lead to it. */
      readonly because: string;
      /** The status on the wire all the same, where there is something to learn from it. */
      readonly answer?: number;
    };

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly request: PageRequest;
  readonly expect: Readonly<Record<Caller, Expectation>>;
}
