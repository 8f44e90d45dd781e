import type { Addresses } from '../addresses.js';
import { pageToken } from '../development-page.js';
import type { RouteReport } from 'nestjs-cors-policy';
import { printRoutes } from './print-routes.js';
import { printResults, printSummary } from './print-results.js';
import type { Result } from './run.js';
import { dismissal, admission } from './run.js';
import type { Caller } from './scenario.js';
import { callers } from './scenario.js';
import { paint } from './terminal.js';

/** The whole report: the policies, the requests one by one, and the verdicts on one screen. */
export function printReport(routes: readonly RouteReport[], results: readonly Result[], addresses: Addresses): string {
  return [
    '',
    `${paint('bold', 'Routes and their effective policies')}  ${addresses.api}`,
    '',
    printRoutes(routes),
    '',
    paint('dim', '  enforced: the server refuses too, with 403.  without: the policy leaves this method out.'),
    paint('dim', "  own: written on the handler, over its controller's policy."),
    printResults(results),
    '',
    printSummary(results, addresses),
    '',
  ].join('\n');
}

/** Where to go on from here. */
export function printInvitation(addresses: Addresses): string {
  const pages = Object.entries(addresses.pages) as [Caller, string][];
  return [
    `${paint('bold', 'Open in a browser')} (the shop first: it signs in; Ctrl+C ends)`,
    '',
    ...pages.map(([caller, origin]) => `  ${origin}  ${callers[caller]}`),
    '',
    `${paint('bold', 'See every policy, explain and try requests')}: the development page`,
    '',
    `  ${addresses.api}/__cors?token=${pageToken}`,
    '',
    `${paint('bold', 'Watch a tenant being admitted')}: open the storefront from the stranger's page before and after`,
    '',
    `  ${curl(admission(addresses))}`,
    `  ${curl(dismissal(addresses))}`,
    '',
  ].join('\n');
}

function curl({ method, url, headers = {}, body }: ReturnType<typeof admission>): string {
  const fields = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  return `curl -X ${method} ${url}${fields.join('')}${body === undefined ? '' : ` -d '${body}'`}`;
}
