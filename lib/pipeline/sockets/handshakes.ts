import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MaybePromise } from '../../core/policy/origin-provider.js';
import { methodAskedFor } from '../../engine/preflight-decision.js';
import { decideHandshake, decidePollingPreflight, type SocketRoute } from '../../engine/handshake.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import { Exchange, exchangeOf, keepExchange } from '../../platform/exchange.js';
import { HandshakeRequest } from '../../platform/handshake-request.js';
import { carry } from '../../platform/response-head.js';
import { toOwnPages } from '../events/as-sent.js';
import type { HookObserver } from '../request-hook.js';
import { absorbErrors, answerPreflight, refuseRequest, refuseUpgrade, type Refusal } from './refuse.js';
import type { RevokedSocket } from './revoked-socket.js';
import { isSameServer, type Namespace, type ServerKey } from '../../engine/server-key.js';
import type { GatewayRoute, SocketRuntime } from './socket-runtime.js';

/** The verdict on a handshake. */
export interface HandshakeVerdict {
  /** `undefined`: the handshake goes on. */
  readonly refusal: Refusal | undefined;
  /** The decision whose fields a response carries; `undefined`: none. */
  readonly decided: RequestDecision | undefined;
}

/** A socket that a gateway has open. */
export interface OpenSocket {
  /** The client as the gateway gets it: a `Socket` of socket.io, a `WebSocket` of ws. */
  readonly client: object;
  /** The request of its handshake. */
  readonly message: IncomingMessage;
  /** The namespaces of the gateways that hear of it, as these say them. */
  readonly namespaces: readonly Namespace[];
  close(): void;
}

/** A server of gateways whose handshakes are checked here. */
export interface GuardedServer {
  readonly key: ServerKey;
  /** The kind of its clients. */
  readonly kind: 'socket.io' | 'ws';
  /** True if it has CORS options of its own. */
  readonly hasCors: boolean;
  /** Reports whether it takes a request that upgrades on the app's own port. */
  serves(message: IncomingMessage): boolean;
  /** The namespaces of the gateways that hear of clients of one, as these say them. */
  namespacesOf(name: string): readonly Namespace[];
  sockets(): Iterable<OpenSocket>;
}

const PASSES: HandshakeVerdict = Object.freeze({ refusal: undefined, decided: undefined });
const UNAVAILABLE: HandshakeVerdict = Object.freeze({
  refusal: Object.freeze({ status: 503, reason: undefined }),
  decided: undefined,
});
const UNDECIDED: HandshakeVerdict = Object.freeze({
  refusal: Object.freeze({ status: 403, reason: 'origin-not-allowed' }),
  decided: undefined,
});

/** The observer of handshakes. */
export type HandshakeObserver = Pick<HookObserver, 'wants' | 'settled' | 'failed' | 'refused'>;

/**
 * Checks WebSocket handshakes with the policies of an app (rule 8.2), for every server of its gateways and for raw
 * `upgrade` listeners.
 */
export class Handshakes {
  readonly #running: () => SocketRuntime | undefined;
  readonly #observer: () => HandshakeObserver | undefined;
  readonly #servers = new Set<GuardedServer>();
  /** The ends of the waiting, one for each handshake that a provider has not answered yet. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /** @param running what to decide with; `undefined` until the app is up */
  constructor(running: () => SocketRuntime | undefined, observer: () => HandshakeObserver | undefined) {
    this.#running = running;
    this.#observer = observer;
  }

  /** The servers of gateways that were made so far. */
  get servers(): readonly GuardedServer[] {
    return [...this.#servers];
  }

  add(server: GuardedServer): void {
    this.#servers.add(server);
  }

  remove(server: GuardedServer): void {
    this.#servers.delete(server);
  }

  /** Checks the handshake of a server before it is upgraded: one of its gateways has to allow it. */
  atServer(server: GuardedServer, message: IncomingMessage): MaybePromise<HandshakeVerdict> {
    return this.#ask(message, (running) => routesAt(running, server), server.kind === 'socket.io');
  }

  /** The namespaces of the gateways that hear of clients of one; none where no server of these was made. */
  namespacesAt(key: ServerKey, name: string): readonly Namespace[] {
    return this.servers.find((server) => isSameServer(server.key, key))?.namespacesOf(name) ?? [];
  }

  /**
   * Asks about a namespace that a client joins: all of its gateways have to allow it.
   *
   * @param names the namespace as its gateways say it
   */
  atNamespace(key: ServerKey, names: readonly Namespace[], message: IncomingMessage): MaybePromise<HandshakeVerdict> {
    return this.#ask(message, (running) =>
      running.gateways.filter((route) => isSameServer(route.server, key) && names.includes(route.namespace)),
    );
  }

  /** Checks an upgrade that no server of a gateway accepts. `undefined`: no policy applies to it. */
  atEntry(message: IncomingMessage): MaybePromise<HandshakeVerdict> | undefined {
    if (this.servers.some((server) => server.key.port === 0 && server.serves(message))) {
      return undefined;
    }
    const running = this.#running();
    if (running === undefined) {
      return undefined;
    }
    const entry = running.engine.entryAt(new HandshakeRequest(message, running.platform));
    return entry?.policy === undefined ? undefined : this.#ask(message, () => [entry]);
  }

  /** Answers a preflight for socket.io's polling transport; `false`: it is none, or no policy answers it. */
  answerPreflight(server: GuardedServer, message: IncomingMessage, response: ServerResponse): boolean {
    const running = this.#running();
    if (running === undefined || message.method !== 'OPTIONS') {
      return false;
    }
    const request = new HandshakeRequest(message, running.platform);
    const method = methodAskedFor(request);
    const deciding = method && decidePollingPreflight(routesAt(running, server), request, method);
    if (!deciding) {
      return false;
    }
    void deciding.then((decided) => {
      this.#tell(decided);
      answerPreflight(response, decided.decision);
    });
    return true;
  }

  /**
   * Calls back once with the verdict, at once if it is known. A handshake that waits when the app closes is refused.
   */
  whenDecided(verdict: MaybePromise<HandshakeVerdict>, goOn: (verdict: HandshakeVerdict) => void): void {
    if (!(verdict instanceof Promise)) {
      goOn(verdict);
      return;
    }
    let settle = (given: HandshakeVerdict): void => {
      settle = () => undefined;
      this.#waiting.delete(end);
      goOn(given);
    };
    const end = (): void => settle(UNAVAILABLE);
    this.#waiting.add(end);
    void verdict.then((given) => settle(given));
    if (this.#closed) {
      end();
    }
  }

  /** Puts the fields of a decision on a response that another library writes. */
  carry(message: IncomingMessage, response: ServerResponse, decided: RequestDecision): void {
    const running = this.#running();
    if (running !== undefined) {
      const exchange = exchangeOf(message) ?? new Exchange(message, running.decider, decided.request);
      keepExchange(message, exchange);
      carry(exchange, response, decided);
    }
  }

  refuseRequest(response: ServerResponse, verdict: HandshakeVerdict): void {
    refuseRequest(response, verdict.refusal!, verdict.decided?.decision.vary ?? []);
  }

  /** Lets an upgrade proceed if it is allowed and its connection is still open, and refuses it otherwise. */
  guardUpgrade(
    verdict: MaybePromise<HandshakeVerdict>,
    socket: Duplex,
    proceed: (verdict: HandshakeVerdict) => void,
  ): void {
    const release = absorbErrors(socket);
    this.whenDecided(verdict, (given) => {
      if (given.refusal !== undefined) {
        refuseUpgrade(socket, given.refusal);
        return;
      }
      release();
      if (!socket.destroyed) {
        proceed(given);
      }
    });
  }

  /** The open sockets that their policies would refuse now. Nothing is published. */
  async revoked(): Promise<readonly RevokedSocket[]> {
    const running = this.#running();
    const found: RevokedSocket[] = [];
    for (const server of running === undefined ? [] : this.#servers) {
      const routes = routesAt(running!, server);
      for (const { client, message, namespaces, close } of [...server.sockets()]) {
        const request = new HandshakeRequest(message, running!.platform);
        const joined = routes.filter((route) => namespaces.includes(route.namespace));
        const all = await Promise.all(joined.map(async (route) => decideHandshake(route, request)));
        const refused = all.find(({ decision }) => decision.status !== undefined);
        if (refused !== undefined) {
          const { decision, route: gateway = '' } = refused;
          found.push({ gateway, origin: request.origin ?? '', reason: decision.reason, client, close });
        }
      }
    }
    return found;
  }

  /** Refuses every handshake that waits, and those to come. */
  close(): void {
    this.#closed = true;
    [...this.#waiting].forEach((end) => end());
  }

  #ask(
    message: IncomingMessage,
    routesOf: (running: SocketRuntime) => readonly SocketRoute[],
    isJoinedLater = false,
  ): MaybePromise<HandshakeVerdict> {
    const running = this.#running();
    if (running === undefined || this.#closed) {
      return message.headers.origin === undefined ? PASSES : UNAVAILABLE;
    }
    try {
      const request = new HandshakeRequest(message, running.platform);
      const all = routesOf(running).map((route) => decideHandshake(route, request));
      const settled = all.some((each) => each instanceof Promise)
        ? Promise.all(all.map(async (each) => each)).then((decided) => this.#conclude(decided, isJoinedLater))
        : this.#conclude(all as RequestDecision[], isJoinedLater);
      return settled instanceof Promise ? settled.catch((error: unknown) => this.#giveUp(message, error)) : settled;
    } catch (error) {
      return this.#giveUp(message, error);
    }
  }

  #conclude(all: readonly RequestDecision[], isJoinedLater: boolean): HandshakeVerdict {
    const [first] = all;
    if (first === undefined) {
      return PASSES;
    }
    const passing = all.filter(({ decision }) => decision.status === undefined);
    const refusing = all.find(({ decision }) => decision.status !== undefined);
    const passes = isJoinedLater ? passing.length > 0 : refusing === undefined;
    const decided = all.length === 1 ? first : varyingByAll((passes ? bestOf(passing) : refusing) ?? first, all);
    if (passes) {
      if (!isJoinedLater) {
        this.#tell(decided);
      }
      return { refusal: undefined, decided };
    }
    this.#tell(decided);
    this.#observer()?.refused(decided.request);
    const { status = 403, reason } = decided.decision;
    return { refusal: { status, reason }, decided };
  }

  #giveUp(message: IncomingMessage, error: unknown): HandshakeVerdict {
    this.#observer()?.failed(error);
    return message.headers.origin === undefined ? PASSES : UNDECIDED;
  }

  #tell(decided: RequestDecision): void {
    const observer = this.#observer();
    // A handshake that waits when the app closes gets 503, whatever a provider answers later.
    if (!this.#closed && observer?.wants(decided) === true) {
      observer.settled(toOwnPages(decided));
    }
  }
}

/** The gateways of a server, one for each namespace. */
function routesAt(running: SocketRuntime, { key, kind }: GuardedServer): readonly GatewayRoute[] {
  const found = running.gateways.filter((route) => isSameServer(route.server, key));
  return found.length > 0 ? found : [running.routeOfServer(key, kind)];
}

/** The decision whose fields serve a page best: a grant with credentials also serves a page that sends none. */
function bestOf(all: readonly RequestDecision[]): RequestDecision | undefined {
  const allowed = all.filter(({ decision }) => decision.allowed && decision.reason === 'allowed');
  return (
    allowed.find(({ policy }) => policy?.kind === 'policy' && policy.credentials) ??
    allowed[0] ??
    all.find(({ policy }) => policy !== undefined) ??
    all[0]
  );
}

function varyingByAll(best: RequestDecision, all: readonly RequestDecision[]): RequestDecision {
  const vary = [...new Set(all.flatMap(({ decision }) => decision.vary))];
  return { ...best, decision: { ...best.decision, vary } };
}
