import type { RouteReport } from '../../../inspect/policy-report.js';
import { nearest, quote } from '../../../core/issues/text.js';
import { askApp } from '../app/ask-app.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure, EXIT } from '../failure.js';
import { jsonText, stylesFor, type Terminal } from '../text/terminal.js';
import { markdownTable, tableOrRecords } from '../text/table.js';
import { routeColumns, routeRow } from './rows.js';

/** `cors-policy routes`: every route with the policy that reaches it. Answers with the exit code. */
export async function routes(given: CommandArguments, terminal: Terminal): Promise<number> {
  if (given.flag('json') && given.flag('markdown')) {
    throw new CommandFailure('--json and --markdown are given: only one can be printed.');
  }
  const { survey } = await askApp(given, terminal);
  const chosen = chooseRoutes(survey.routes, given);
  if (given.flag('json')) {
    terminal.out(jsonText({ defaultPolicy: survey.defaultPolicy, routes: chosen }));
    return EXIT.ok;
  }
  const styles = stylesFor(terminal.colour);
  const columns = routeColumns(styles);
  const rows = chosen.map(routeRow);
  if (given.flag('markdown')) {
    terminal.out(markdownTable(columns, rows));
    return EXIT.ok;
  }
  if (rows.length > 0) {
    terminal.out(tableOrRecords(columns, rows, terminal.columns, styles));
  }
  terminal.err(counted(chosen, survey.routes.length));
  return EXIT.ok;
}

/**
 * The routes that the filters leave.
 *
 * @throws CommandFailure for a policy that no route is under
 */
function chooseRoutes(all: readonly RouteReport[], given: Pick<CommandArguments, 'value'>): readonly RouteReport[] {
  const method = given.value('method')?.toUpperCase();
  const path = given.value('path');
  const policy = given.value('policy');
  const names = new Set(all.map(policyName));
  if (policy !== undefined && !names.has(policy)) {
    const meant = nearest(policy, names);
    throw new CommandFailure(
      `No route is under the policy ${quote(policy)}; there are ${[...names].map(quote).join(', ')}.`,
      meant === undefined ? undefined : `Did you mean --policy ${meant}?`,
    );
  }
  return all.filter(
    (route) =>
      (method === undefined || route.methods.includes(method) || route.methods.includes('*')) &&
      (path === undefined || route.path.includes(path)) &&
      (policy === undefined || policyName(route) === policy),
  );
}

function policyName({ policy }: RouteReport): string {
  return policy === null ? 'none' : policy.name;
}

function counted(chosen: readonly RouteReport[], total: number): string {
  const without = chosen.filter(({ policy }) => policy === null).length;
  const shown = chosen.length === total ? `${total} routes` : `${chosen.length} of ${total} routes`;
  return `${shown}, ${without} without a policy.\n`;
}
