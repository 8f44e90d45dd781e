import type { IncomingMessage, ServerResponse } from 'node:http';
import { bareDecision } from '../core/decision.js';
import { NO_CORS } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import type { RequestDecision, RouteTarget } from '../engine/request-decision.js';
import type { Route } from '../routing/route.js';

export type WriteHead = (this: ServerResponse, ...args: unknown[]) => ServerResponse;

/** The CORS fields of the app itself that a response is sent with, as far as the CORS check reads them. */
export interface OwnFields {
  readonly allowOrigin: string;
  /** `undefined`: not set. */
  readonly allowCredentials: string | undefined;
}

/** The part of a running app that its exchanges need. One object for each app. */
export interface Decider {
  /**
   * Decides about a request for which no provider has to wait. Must not throw.
   *
   * @param reached the route whose handler the request has reached; `undefined`: none so far
   */
  decide(request: CorsRequest, reached?: Route<RouteTarget>): RequestDecision;
  /** Called for a decision whose response was sent with CORS fields of the app itself instead. Must not throw. */
  ownFieldsSent(decision: RequestDecision): void;
}

/**
 * One request and its response in flight. Its decision is lazy: it is made at the first need, which is the handler
 * check, the head of the response, or a call of the inspector.
 */
export class Exchange {
  /** True if `isTrusted()` has answered `true`: the route that serves the request has to agree. */
  isTrusted = false;
  /** The `writeHead` of the response before the library put its own there; `undefined`: it has not. */
  next: WriteHead | undefined = undefined;
  /** True if the head has been written. */
  isHeadWritten = false;
  /** The CORS fields of the app itself that the head was written with, in place of the decision's. */
  ownFields: OwnFields | undefined = undefined;
  /** Called once, when the head is written or the connection closes without one. */
  onHead: (() => void) | undefined = undefined;
  #decision: RequestDecision | undefined = undefined;

  /**
   * @param message Node's request
   * @param decider the app that decides about it
   * @param request the request of the last decision, or else of the next one
   */
  constructor(
    readonly message: IncomingMessage,
    public decider: Decider,
    public request: CorsRequest,
  ) {}

  get decision(): RequestDecision {
    return (this.#decision ??= this.decider.decide(this.request));
  }

  set decision(decision: RequestDecision) {
    this.#decision = decision;
    this.request = decision.request;
  }

  get isDecided(): boolean {
    return this.#decision !== undefined;
  }

  /** Revokes the decision: the response gets only `Vary` from this library. */
  revoke(): void {
    const { decision } = this;
    this.decision = { ...decision, policy: NO_CORS, decision: bareDecision('no-cors', decision.decision.vary) };
  }
}

/**
 * The property of a request, or of a response that does not lead back to its request, that has its exchange. Apps that
 * are mounted in each other share it, and so do both forms of this package. It is one property for everything: on Node
 * before 24 each property that is added costs an object whose prototype was changed, as Express does, a shape of its own.
 */
const EXCHANGE = Symbol.for('nestjs-cors-policy:exchange');

interface Bearer {
  [EXCHANGE]?: Exchange | undefined;
}

export function exchangeOf(bearer: object): Exchange | undefined {
  return (bearer as Bearer)[EXCHANGE];
}

/** The exchange of a request: a new one, or one that an earlier check or an app around this one has begun. */
export function exchangeFor(message: IncomingMessage, decider: Decider, request: CorsRequest): Exchange {
  const known = exchangeOf(message);
  if (known !== undefined) {
    known.decider = decider;
    return known;
  }
  const exchange = new Exchange(message, decider, request);
  keepExchange(message, exchange);
  return exchange;
}

/** Adds the property without an exchange. */
export function reserveExchange(bearer: object): void {
  (bearer as Bearer)[EXCHANGE] = undefined;
}

export function keepExchange(bearer: object, exchange: Exchange): void {
  (bearer as Bearer)[EXCHANGE] = exchange;
}
