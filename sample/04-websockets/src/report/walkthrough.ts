import { CorsInspector, type Explanation } from 'nestjs-cors-policy';
import { type HttpRequest, type HttpResponse, send } from '../../../01-quickstart/src/report/http.js';
import { type Shop, TEA_HOUSE } from '../shops.js';
import { type Caller, handshakeUrl, type OpenSocket, visit, type Visit, type Way } from './visit.js';

/** A visit, and the explanation of the library. */
export interface Attempt {
  readonly caller: Caller;
  readonly way: Way;
  readonly visit: Visit;
  readonly explanation: Explanation;
}

/** A step with a tenant that is added and removed, and the result at each shop. */
export interface Change {
  readonly title: string;
  readonly expected: string;
  readonly outcomes: readonly string[];
}

export interface Walkthrough {
  readonly attempts: readonly Attempt[];
  readonly changes: readonly Change[];
  /** The differences from the expected results; empty: no difference. */
  readonly differences: readonly string[];
}

/** The tenant that the sample adds and removes. */
export const NEWCOMER = 'https://corner-shop.example';

const callers: readonly Caller[] = [
  { title: 'A tenant, the tea house', origin: TEA_HOUSE, expected: true },
  {
    title: 'A stranger, whose page the customer happens to visit',
    origin: 'https://stranger.example',
    expected: false,
  },
  { title: 'A sandboxed frame, or a file', origin: 'null', expected: false },
  { title: "The customer's app, which is no browser", origin: undefined, expected: true },
];

/** Opens sockets as each caller, then adds and removes a tenant. */
export async function walk(shops: readonly Shop[]): Promise<Walkthrough> {
  const ways = shops.flatMap(waysTo);
  const cookies = new Map(await Promise.all(shops.map(async (shop) => [shop, await signIn(shop)] as const)));
  const attempts: Attempt[] = [];
  for (const caller of callers) {
    for (const way of ways) {
      attempts.push(await attempt(caller, way, cookies.get(way.shop)!));
    }
  }
  const stories = await Promise.all(shops.map((shop) => comeAndGo(shop, cookies.get(shop)!)));
  const changes = STORY.map((step, index) => ({ ...step, outcomes: stories.map((story) => story[index] ?? '') }));
  return { attempts, changes, differences: differencesOf(attempts, changes) };
}

function waysTo(shop: Shop): readonly Way[] {
  return shop.name === 'ws'
    ? [{ title: 'ws', shop, transport: 'websocket' }]
    : (['polling', 'websocket'] as const).map((transport) => ({ title: `socket.io, ${transport}`, shop, transport }));
}

async function attempt(caller: Caller, way: Way, cookie: string): Promise<Attempt> {
  const { origin } = caller;
  const visited = await visit(way, origin, cookie);
  if (visited.opened) {
    visited.socket.close();
  }
  const question = { webSocket: true, url: handshakeUrl(way), credentials: true };
  const explanation = await way.shop.app
    .get(CorsInspector)
    .explain(origin === undefined ? question : { ...question, origin });
  return { caller, way, visit: visited, explanation };
}

const STORY = [
  { title: 'before', expected: '403' },
  { title: 'the operator admits the tenant; its next handshake', expected: 'open' },
  { title: 'the operator dismisses the tenant; its next handshake', expected: '403' },
  { title: 'the socket that was open', expected: 'still open' },
  { title: 'CorsInspector.revokedSockets(), each closed', expected: '1 closed' },
];

/** The results of the steps. */
async function comeAndGo(shop: Shop, cookie: string): Promise<readonly string[]> {
  const [way] = waysTo(shop).toReversed();
  const open: OpenSocket[] = [];
  const knock = async (): Promise<string> => {
    const visited = await visit(way!, NEWCOMER, cookie);
    if (visited.opened) {
      open.push(visited.socket);
    }
    return visited.opened ? 'open' : String(visited.status);
  };
  const before = await knock();
  await asOperator(admission(shop));
  const admitted = await knock();
  await asOperator(dismissal(shop));
  const dismissed = await knock();
  const stays = open.every((socket) => socket.isOpen()) ? 'still open' : 'closed';
  const revoked = await shop.app.get(CorsInspector).revokedSockets();
  revoked.forEach((socket) => socket.close());
  await Promise.all(open.map((socket) => socket.closed));
  return [before, admitted, dismissed, stays, `${revoked.length} closed`];
}

/** Signs in as a customer and returns the session cookie. */
async function signIn({ url }: Shop): Promise<string> {
  const { headers } = await asOperator({
    method: 'POST',
    url: `${url}/session`,
    headers: { 'Content-Type': 'application/json' },
    body: '{"customer":"Ada"}',
  });
  return headers['set-cookie']!.split(';')[0]!;
}

async function asOperator(request: HttpRequest): Promise<HttpResponse> {
  const response = await send(request);
  if (response.status >= 400) {
    throw new Error(`${request.method} ${request.url} ended in ${response.status}: ${response.body}`);
  }
  return response;
}

function admission({ url }: Shop): HttpRequest {
  return {
    method: 'POST',
    url: `${url}/admin/tenants`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: 'corner-shop', origin: NEWCOMER }),
  };
}

function dismissal({ url }: Shop): HttpRequest {
  return { method: 'DELETE', url: `${url}/admin/tenants/corner-shop` };
}

function differencesOf(attempts: readonly Attempt[], changes: readonly Change[]): readonly string[] {
  const word = (opened: boolean): string => (opened ? 'open' : 'refused');
  return [
    ...attempts.flatMap(({ caller, way, visit: { opened }, explanation: { verdict } }) =>
      [opened ? 'allowed' : 'blocked', caller.expected ? 'allowed' : 'blocked'].every((each) => each === verdict)
        ? []
        : [
            `${caller.title}, by ${way.title}: expected ${word(caller.expected)}, got ${word(opened)}, explained ${verdict}`,
          ],
    ),
    ...changes
      .filter(({ expected, outcomes }) => outcomes.some((outcome) => outcome !== expected))
      .map(({ title, expected, outcomes }) => `${title}: expected ${expected}, got ${outcomes.join(' and ')}`),
  ];
}
