import type { BlockReason } from 'nestjs-cors-policy/testing';

/** The three pages that call the API, each from its own origin. */
export type Caller = 'shop' | 'tenant' | 'stranger';

export const callers: Readonly<Record<Caller, string>> = {
  shop: "the shop's own front end",
  tenant: 'a tenant, the tea house',
  stranger: 'a stranger',
};

/** The options of `fetch()`. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `include` sends and stores cookies. `same-origin` is the default of `fetch()`. */
  readonly credentials: 'include' | 'same-origin';
}

/** The expected result for the page: the answer, or nothing. */
export type Expectation =
  | { readonly sees: number }
  | {
      readonly blocked: BlockReason;
      /** The part of the code above that causes the result. */
      readonly because: string;
      /** The status that the server sent, if it explains the result. */
      readonly answer?: number;
    };

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly request: PageRequest;
  readonly expect: Readonly<Record<Caller, Expectation>>;
}
