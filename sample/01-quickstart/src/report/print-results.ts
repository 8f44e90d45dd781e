import { unsafeHeaderNames } from 'nestjs-cors-policy/testing';
import type { Addresses } from '../addresses.js';
import type { Result } from './run.js';
import type { Caller } from './scenario.js';
import { callers } from './scenario.js';
import { scenarios } from './scenarios.js';
import { clip, paint, table, wrap } from './terminal.js';

const WIDTH = 108;
const INDENT = ' '.repeat(13);

/** All results, one origin after the other: the messages that were sent, the result for the page, and the reason. */
export function printResults(results: readonly Result[]): string {
  const lines: string[] = [];
  let caller: Caller | undefined;
  for (const result of results) {
    if (result.operator) {
      lines.push('', paint('bold', result.operator.says), paint('dim', `  ${requestLine(result.operator)}`), '');
    } else if (result.caller !== caller) {
      lines.push('', `${paint('bold', `As ${callers[result.caller]}`)}  ${result.origin}`, '');
    }
    caller = result.caller;
    lines.push(...printResult(result));
  }
  return lines.join('\n');
}

function printResult(result: Result): string[] {
  const { scenario, exchange, difference } = result;
  const { seen } = exchange;
  const verdict = (seen.blocked ? 'blocked' : `sees ${seen.status}`).padEnd(INDENT.length - 4);
  const cookies = scenario.request.credentials === 'include' && !scenario.title.includes('cookies') ? ' (cookies)' : '';
  const lines = [
    `  ${paint(seen.blocked ? 'red' : 'green', verdict)}  ${(scenario.title + cookies).padEnd(48)}  ${wire(result)}`,
    ...explain(result),
  ];
  return difference === undefined ? lines : [...lines, INDENT + paint('yellow', `NOT AS EXPECTED: ${difference}`)];
}

/** The request and the server's answer. */
function wire({ scenario, exchange: { preflight, response } }: Result): string {
  const { method, path } = scenario.request;
  const asked = preflight ? [`OPTIONS ${preflight.status}`] : [];
  return [...asked, response ? `${method} ${path} ${response.status}` : `${method} ${path} not sent`].join(', ');
}

/** The reason for a result in lines. The first part is plain text, the details are dim. */
function explain(result: Result): string[] {
  return why(result).flatMap((text, index) =>
    wrap(text, WIDTH - INDENT.length).map((line) => INDENT + (index === 0 ? line : paint('dim', line))),
  );
}

/** The reason why the page can or cannot read the answer. */
function why(result: Result): string[] {
  const { expected, exchange } = result;
  const { seen } = exchange;
  if (seen.blocked) {
    const because = 'blocked' in expected ? [expected.because] : [];
    return [...because, `Chromium: ${seen.message}`];
  }
  const readable = Object.keys(seen.headers).join(', ');
  return [clip(seen.body, WIDTH - INDENT.length), `${grants(result)}.`, `Scripts may read ${readable}.`];
}

function grants({ origin, scenario, exchange: { preflight, response } }: Result): string {
  const { method, headers = {}, credentials } = scenario.request;
  const needed = [method, ...unsafeHeaderNames(Object.entries(headers))].join(' and ');
  const named = response?.headers['access-control-allow-origin'] === origin;
  const whom = named ? 'The answer names this origin' : 'The answer is for any origin';
  const withCookies = credentials === 'include' ? ' and allows credentials' : '';
  return [...(preflight ? [`The preflight grants ${needed}`] : []), whom + withCookies].join('. ');
}

/** The results of all origins on one screen. */
export function printSummary(results: readonly Result[], { pages }: Addresses): string {
  const ids = Object.keys(callers) as Caller[];
  const rows = scenarios.map(({ id, title }) => {
    const own = results.filter((result) => result.scenario.id === id && !result.operator);
    return [title, ...ids.map((caller) => outcome(own.find((result) => result.caller === caller)))];
  });
  const different = results.filter((result) => result.difference !== undefined);
  return [
    table(['WHAT THE PAGE SEES', ...ids.map((caller) => `${caller} :${new URL(pages[caller]).port}`)], rows),
    '',
    different.length === 0
      ? paint('green', `  All ${results.length} verdicts are as expected.`)
      : paint('red', `  ${different.length} of ${results.length} verdicts are NOT as expected:`),
    ...different.map(({ caller, scenario, difference }) => `    ${scenario.id} as ${caller}: ${difference}`),
  ].join('\n');
}

function outcome(result: Result | undefined): string {
  const seen = result?.exchange.seen;
  return seen === undefined ? '' : seen.blocked ? 'blocked' : `${seen.status}`;
}

function requestLine({ method, url, body }: NonNullable<Result['operator']>): string {
  return `${method} ${url} ${body ?? ''}`.trimEnd();
}
