import type { DecoratedPlace, EffectivePolicy } from '../../config/policy-registry.js';
import { assumeAllowed } from '../../config/unasked-provider.js';
import { refusedHandshake, webSocketBlock } from '../../core/browser/web-socket.js';
import { troublesOf } from '../../core/decide/report-only.js';
import type { RoutePolicy } from '../../core/policy/policy.js';
import type { PlannedGateway } from '../../discovery/gateways.js';
import { isSameServer, type Namespace, type ServerKey } from '../../engine/server-key.js';
import { decideHandshake, type SocketRoute } from '../../engine/handshake.js';
import { toOwnPages } from '../../pipeline/events/as-sent.js';
import type { GatewayRoute, SocketRuntime } from '../../pipeline/sockets/socket-runtime.js';
import { HandshakeRequest } from '../../platform/handshake-request.js';
import { imaginedMessage } from '../../platform/synthetic-request.js';
import { reportPolicy, sourcesOf } from '../policy-report.js';
import { adviceFor } from './advice.js';
import type { Examined, Explanation, ExplainReason } from './explanation.js';
import { isOfSameOrigin, type Question } from './question.js';
import { summaryOf } from './summary.js';

/** The parts of the running library that an explanation of a WebSocket needs. */
export interface ExplainedSockets extends Pick<SocketRuntime, 'platform' | 'engine' | 'gateways'> {
  readonly plannedGateways: readonly PlannedGateway[];
  /** The namespaces of the gateways that hear of clients of one; none where that is not known. */
  namespacesAt(server: ServerKey, name: string): readonly Namespace[];
  /** The merged policy that a policy was compiled from. */
  sourceOf(policy: RoutePolicy): EffectivePolicy;
}

/** The status of a handshake that is accepted, and of one that is refused. */
const SWITCHING = 101;
const FORBIDDEN = 403;

const WITHOUT_ROUTE = Object.freeze([
  'No gateway serves this path, port and namespace, and no entry of routes is on it: compare them with CorsInspector.routes().',
]);

/**
 * Explains what would happen to a WebSocket that a page opens (rule 8.6).
 *
 * @param assumed the answer of providers that a preview does not create
 */
export async function explainSocket(
  running: ExplainedSockets,
  question: Question,
  assumed: boolean,
): Promise<Examined> {
  const request = requestOf(running, question, assumed);
  const route = (await gatewayAt(running, question, request)) ?? running.engine.entryAt(request);
  const decided = route && toOwnPages(await decideHandshake(route, request));
  const decision = decided?.decision;
  const isRefused = decision?.status !== undefined;
  const effective = running.sourceOf(route?.policy);
  const verdict = route === undefined || isRefused ? ('blocked' as const) : ('allowed' as const);
  const report = await decided?.reportOnly;
  const reportOnly = route?.policy?.kind === 'policy' ? route.policy.reportOnly : undefined;
  const troubles = route?.policy?.kind === 'policy' ? troublesOf(route.policy) : [];
  const facts = {
    request: requestPart(question),
    route: route === undefined ? null : { handler: route.info.name, ...placeOf(route), params: {} },
    policy: reportPolicy(effective),
    provenance: effective?.kind === 'merged' ? effective.provenance : {},
    sources: sourcesOf(placesOf(running.plannedGateways, route)),
    response: {
      ...(route === undefined ? {} : { status: isRefused ? FORBIDDEN : SWITCHING }),
      headers: {},
      reason: decision?.reason ?? ('no-route' as const),
    },
    verdict,
    reason: reasonFor(question, decision?.reason, troubles),
    message: verdict === 'blocked' ? await messageFor(running, question, request, route) : '',
    ...(reportOnly === undefined || report === undefined
      ? {}
      : { reportOnly: { policy: reportOnly.name, response: report } }),
  };
  const answer = { status: facts.response.status ?? FORBIDDEN, headers: [] };
  const advice =
    route === undefined
      ? WITHOUT_ROUTE
      : adviceFor(facts, { effective, served: [], blocked: undefined, troubles, answer });
  return { explanation: Object.freeze({ ...facts, summary: summaryOf(facts), advice }), blamed: effective };
}

function requestOf(running: ExplainedSockets, question: Question, assumed: boolean): HandshakeRequest {
  const { url, origin, credentials } = question;
  const message = imaginedMessage({
    method: 'GET',
    url: url.pathname + url.search,
    headers: {
      host: url.host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      ...(origin === undefined ? {} : { origin }),
      ...(credentials ? { cookie: 'explained=1' } : {}),
    },
    secure: url.protocol === 'https:',
  });
  if (assumed) {
    assumeAllowed(message);
  }
  return new HandshakeRequest(message, running.platform);
}

/** The gateway that a handshake leads to: of several that hear of the client, one that refuses it, if any does. */
async function gatewayAt(
  running: ExplainedSockets,
  { url, namespace }: Pick<Question, 'url' | 'namespace'>,
  request: HandshakeRequest,
): Promise<GatewayRoute | undefined> {
  const { gateways } = running;
  const port = gateways.some(({ server }) => server.port !== 0 && String(server.port) === url.port) ? url.port : '0';
  const reached = gateways.filter((route) => String(route.server.port) === port && servesPath(route, url.pathname));
  const heard = reached.filter((route) => running.namespacesAt(route.server, namespace).includes(route.namespace));
  const routes = heard.length > 0 ? heard : reached.filter((route) => servesNamespace(route, namespace)).slice(0, 1);
  for (const route of routes.length > 1 ? routes : []) {
    const { decision } = await decideHandshake(route, request);
    if (decision.status !== undefined) {
      return route;
    }
  }
  return routes[0];
}

function servesPath({ kind, server, info }: GatewayRoute, path: string): boolean {
  if (kind === 'socket.io') {
    return path.startsWith(`${info.path}/`);
  }
  return (server.port !== 0 && server.path === undefined) || path === info.path;
}

function servesNamespace({ kind, namespace }: GatewayRoute, asked: string): boolean {
  return (
    kind === 'ws' ||
    typeof namespace === 'function' ||
    (namespace instanceof RegExp ? namespace.test(asked) : namespace === asked)
  );
}

function placeOf({
  info,
}: SocketRoute): Pick<NonNullable<Explanation['route']>, 'methods' | 'path' | 'port' | 'namespace'> {
  const { methods, path, port, namespace } = info;
  return {
    methods,
    path,
    ...(port === undefined ? {} : { port }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function placesOf(planned: readonly PlannedGateway[], route: SocketRoute | undefined): readonly DecoratedPlace[] {
  const names = route?.info.name.split(' and ') ?? [];
  return planned.flatMap(({ source }) => (names.includes(source.name) ? [source] : []));
}

function reasonFor(question: Question, reason: ExplainReason | undefined, troubles: readonly string[]): ExplainReason {
  if (reason === undefined) {
    return 'no-route';
  }
  if (question.origin === undefined) {
    return reason;
  }
  if (isOfSameOrigin(question)) {
    return 'same-origin';
  }
  return reason === 'origin-not-allowed' && troubles.length > 0 ? 'provider-failing' : reason;
}

/**
 * The message that Chromium prints on the console. A transport of socket.io opens where one namespace of its server
 * allows the origin; the client of another one then gets an error of socket.io, and the console none.
 */
async function messageFor(
  { gateways }: ExplainedSockets,
  { url }: Question,
  request: HandshakeRequest,
  route: GatewayRoute | SocketRoute | undefined,
): Promise<string> {
  const beside =
    route !== undefined && 'server' in route ? gateways.filter((each) => isSameServer(each.server, route.server)) : [];
  const decided = await Promise.all(beside.map(async (each) => decideHandshake(each, request)));
  if (decided.some(({ decision }) => decision.status === undefined)) {
    return '';
  }
  const address = url.href.replace(/^http/, 'ws');
  return (route === undefined ? webSocketBlock(address, 'no-answer', '') : refusedHandshake(address, FORBIDDEN))
    .message;
}

function requestPart({ url, origin, credentials, namespace }: Question): Explanation['request'] {
  return {
    method: 'GET',
    url: url.href.replace(/^http/, 'ws'),
    ...(origin === undefined ? {} : { origin }),
    headers: {},
    credentials,
    webSocket: true,
    ...(namespace === '/' ? {} : { namespace }),
  };
}
