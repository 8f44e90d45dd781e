import { setTimeout as delay } from 'node:timers/promises';
import { type HttpRequest, type HttpResponse, send } from '../../01-quickstart/src/report/http.js';
import { NEWCOMER, TEA_HOUSE } from './prepare.js';
import { admission, adminPreflight, dismissal, mayRead, type Shop } from './requests.js';

/** A page's origin, and its result at the storefront of each instance. */
export interface Verdicts {
  readonly origin: string;
  readonly granted: readonly boolean[];
}

/** A request that the admin endpoint refuses, and the answer. */
export interface Refusal {
  readonly title: string;
  readonly expected: number;
  readonly answer: HttpResponse;
}

/** A change, and the time when it took effect on each instance. */
export interface Change {
  readonly title: string;
  /** The instance that received the change. */
  readonly by: string;
  readonly expected: number;
  readonly status: number;
  /** From the request to the admin's answer, in milliseconds. */
  readonly tookMs: number;
  readonly granted: boolean;
  /** From the admin's answer to that of the first request that saw the change, in milliseconds; of each instance. */
  readonly seenMs: readonly (number | undefined)[];
}

export interface Walkthrough {
  readonly before: readonly Verdicts[];
  readonly refusals: readonly Refusal[];
  readonly changes: readonly Change[];
  /** The differences from the expected results; empty: no difference. */
  readonly differences: readonly string[];
}

type Named = Shop & { readonly name: string };

/** The time after which a change is reported as lost. */
const PATIENCE_MS = 15_000;
/** The time between two requests to one instance. */
const LOOK_MS = 5;

/** Adds and removes a tenant, and sends requests to both instances meanwhile. */
export async function walk(instances: readonly [Named, Named], token: string): Promise<Walkthrough> {
  const [first, second] = instances;
  const verdictsOf = async (origin: string): Promise<Verdicts> => ({
    origin,
    granted: await Promise.all(instances.map((instance) => mayRead(instance, origin))),
  });
  const before = [await verdictsOf(TEA_HOUSE), await verdictsOf(NEWCOMER)];
  const refusals = await refused(first, token);

  const admit = admission(first, token, { tenant: 'corner-shop', origin: NEWCOMER });
  const dismiss = dismissal(second, token, NEWCOMER);
  const changes = [
    await change(instances, { request: admit, by: first.name, expected: 201, granted: true }),
    await change(instances, { request: dismiss, by: second.name, expected: 204, granted: false }),
  ];
  return { before, refusals, changes, differences: differencesOf(before, refusals, changes) };
}

async function refused(shop: Shop, token: string): Promise<Refusal[]> {
  const add = (origin: string, by = token): HttpRequest => admission(shop, by, { tenant: 'corner-shop', origin });
  const attempts: readonly [title: string, expected: number, request: HttpRequest][] = [
    ['without the token', 401, add(NEWCOMER, 'guess')],
    [`the preflight of a page, ${TEA_HOUSE}`, 204, adminPreflight(shop, TEA_HOUSE)],
    ['https://corner-shop.example/start', 400, add('https://corner-shop.example/start')],
    ['http://corner-shop.example', 400, add('http://corner-shop.example')],
    ['https://*.github.io', 400, add('https://*.github.io')],
    ['*', 400, add('*')],
    [TEA_HOUSE, 409, add(TEA_HOUSE)],
    ['removing https://unlisted.example', 404, dismissal(shop, token, 'https://unlisted.example')],
  ];
  const refusals: Refusal[] = [];
  for (const [title, expected, request] of attempts) {
    refusals.push({ title, expected, answer: await send(request) });
  }
  return refusals;
}

interface Attempt {
  readonly request: HttpRequest;
  readonly by: string;
  readonly expected: number;
  readonly granted: boolean;
}

async function change(instances: readonly Named[], { request, by, expected, granted }: Attempt): Promise<Change> {
  const asked = performance.now();
  const { status } = await send(request);
  const answered = performance.now();
  const seenMs = await Promise.all(
    instances.map(async (instance) => {
      while (performance.now() - answered < PATIENCE_MS) {
        if ((await mayRead(instance, NEWCOMER)) === granted) {
          return performance.now() - answered;
        }
        await delay(LOOK_MS);
      }
      return undefined;
    }),
  );
  const title = `${granted ? '+' : '-'} ${NEWCOMER}`;
  return { title, by, expected, status, tookMs: answered - asked, granted, seenMs };
}

function differencesOf(
  before: readonly Verdicts[],
  refusals: readonly Refusal[],
  changes: readonly Change[],
): readonly string[] {
  return [
    ...before
      .filter(({ origin, granted }) => granted.some((is) => is !== (origin === TEA_HOUSE)))
      .map(({ origin, granted }) => `before the changes, ${origin} was granted: ${granted.join(', ')}`),
    ...[...refusals.map(({ title, expected, answer }) => ({ title, expected, status: answer.status })), ...changes]
      .filter(({ expected, status }) => status !== expected)
      .map(({ title, expected, status }) => `${title}: expected ${expected}, got ${status}`),
    ...refusals
      .filter(({ answer }) => Object.keys(answer.headers).some((name) => name.startsWith('access-control-')))
      .map(({ title }) => `${title}: an answer of the admin's endpoint names who may read it`),
    ...changes
      .filter(({ seenMs }) => seenMs.includes(undefined))
      .map(({ title }) => `${title}: not seen by every instance within ${PATIENCE_MS / 1_000} s`),
  ];
}
