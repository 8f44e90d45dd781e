import { paint, table, wrap } from '../../01-quickstart/src/report/terminal.js';
import type { Instance } from './instances.js';
import { NEWCOMER } from './prepare.js';
import { admission, curl, dismissal, greeting } from './requests.js';
import { isEmbedded } from './shop/database.js';
import type { Refusal, Walkthrough } from './walkthrough.js';

const WIDTH = 116;

export interface Setup {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  /** `true`: Redis answers. */
  readonly hasRedis: boolean;
  readonly instances: readonly Instance[];
}

/** The started servers. */
export function printSetup({ databaseUrl, redisUrl, hasRedis, instances }: Setup): string {
  const isFile = isEmbedded(databaseUrl);
  const polled = "found by each instance, which asks for the list's version every second";
  const redis = hasRedis ? 'announced through Redis' : `Redis does not answer at REDIS_URL: ${polled}`;
  const told = redisUrl !== undefined ? redis : isFile ? polled : 'announced by PostgreSQL (LISTEN, NOTIFY)';
  const rows = [
    ['database', isFile ? `SQLite, embedded: ${databaseUrl}` : `PostgreSQL: ${withoutPassword(databaseUrl)}`],
    ['changes', told],
    ...instances.map(({ name, url, pid }) => [name, `${url}  process ${pid}`]),
  ];
  const lines = rows.map(([title = '', text]) => `  ${title.padEnd(10)}  ${text}`);
  return ['', paint('bold', 'One shop, two instances, one list of tenants'), '', ...lines, ''].join('\n');
}

/** The steps and their results. */
export function printWalkthrough(
  { before, refusals, changes, differences }: Walkthrough,
  instances: readonly Instance[],
): string {
  const names = instances.map(({ name }) => name);
  const word = (granted: boolean): string => (granted ? 'granted' : 'refused');
  return [
    `${paint('bold', 'At first')}: who may read GET /storefront, with cookies`,
    '',
    table(
      ['ORIGIN', ...names],
      before.map(({ origin, granted }) => [origin, ...granted.map(word)]),
    ),
    '',
    `${paint('bold', "What the admin's endpoint refuses")}: POST and DELETE /admin/origins`,
    '',
    ...refusals.flatMap(printRefusal),
    '',
    `${paint('bold', 'A tenant comes and goes')}: from the admin's answer to the first request that it holds for`,
    '',
    table(
      ['CHANGE', 'ASKED', 'ANSWER', ...names],
      changes.map(({ title, by, status, tookMs, granted, seenMs }) => [
        title,
        by,
        `${status} in ${milliseconds(tookMs)}`,
        ...seenMs.map((ms) => (ms === undefined ? 'NEVER' : `${word(granted)} after ${milliseconds(ms)}`)),
      ]),
    ),
    '',
    ...(differences.length === 0
      ? [paint('green', '  Both instances did as expected.')]
      : [paint('red', '  NOT as expected:'), ...differences.map((difference) => `    ${difference}`)]),
    '',
  ].join('\n');
}

/** The next steps for the reader. */
export function printInvitation([first, second]: readonly [Instance, Instance], token: string): string {
  return [
    `${paint('bold', 'Try it')}: change the list through one instance, and ask the other (Ctrl+C ends)`,
    '',
    `  ${curl(greeting(second, NEWCOMER))}`,
    `  ${curl(admission(first, token, { tenant: 'corner-shop', origin: NEWCOMER }))}`,
    `  ${curl(dismissal(first, token, NEWCOMER))}`,
    '',
  ].join('\n');
}

function printRefusal({ title, answer }: Refusal): string[] {
  return [`  ${paint('red', String(answer.status))}  ${title}`, ...wrap(reasonOf(answer), WIDTH - 7).map(indent)];
}

/** The issues in the answer, or its text. */
function reasonOf({ body }: Refusal['answer']): string {
  if (body === '') {
    return 'No Access-Control-* header: the browser does not send the request.';
  }
  const { message, issues } = JSON.parse(body) as {
    message: string;
    issues?: { code: string; reason: string; suggestion?: string }[];
  };
  const said = issues?.map(
    ({ code, reason, suggestion }) => `${code}: ${reason}${suggestion === undefined ? '' : ` Instead: ${suggestion}`}`,
  );
  return said?.join(' ') ?? message;
}

function indent(line: string): string {
  return ' '.repeat(7) + paint('dim', line);
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
