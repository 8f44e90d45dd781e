import type ts from 'typescript';
import { type AppCreation, findCreation } from './app-creation.js';
import { commentLines, layOut, type Printed } from './code.js';
import { applyEdits, type Edit, indentOf, lineStart, quotedAs } from './edits.js';
import { type GatewayPlan, planGateways } from './gateways.js';
import { findLayers, type Layer } from './layers.js';
import { NotMigratable } from './not-migratable.js';
import { type TranslatedPolicy, translateOptions } from './policy.js';
import { importsOf, type Project } from './project.js';
import { addModule, findRootModule, type RootModule } from './root-module.js';
import { Untranslatable } from './untranslatable.js';
import { unusedAfter } from './unused.js';
import { Values } from './values.js';

/** `start`: an app without CORS gets a policy that is closed. `leave`: it stays as it is. */
export type WhenNone = 'leave' | 'start';

/** A place that turns CORS on. */
export interface Place {
  /** Its line: `main.ts:12`. */
  readonly place: string;
  readonly what: string;
  readonly isGateway: boolean;
}

/** A place that is left as it is, and why. */
export interface Left extends Place {
  readonly reason: string;
}

/** The migration of an app. */
export interface Migration {
  /** Files that change, with their new text. */
  readonly files: ReadonlyMap<string, string>;
  /** The places that policies replace. */
  readonly replaced: readonly Place[];
  readonly left: readonly Left[];
  /** Differences between before and after. */
  readonly notes: readonly string[];
}

const MARK = 'cors-policy migrate:';

/** The reader of the code has to know why the call is still there, and that it cannot stay beside the library. */
const BESIDE = 'The library does not start beside this call: replace it before you import CorsModule.';

/** A gateway works on with its option, because no policy applies to it. */
const STAYS =
  'It keeps working until the gateway has a policy. By hand: write @CorsPolicy() with the same origins on the class, remove ' +
  '`cors`, and call app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app)) of nestjs-cors-policy/websockets.';

const REQUESTS_FIRST = 'The library cannot be added to the app before CORS of its requests is translated.';

const SEVERAL = 'The file creates several apps. Write a policy for each.';

/** The policy of an app that has had no CORS: no page of another origin may read anything. */
const START: TranslatedPolicy = {
  fields: { origin: false },
  comments: new Map([
    [
      'origin',
      "Closed: no page of another origin may read a response. List the origins of your pages, for example: origin: ['https://app.example.com']",
    ],
  ]),
  notes: [],
};

/** The CORS of requests: its places, and either their policies or why they are left. */
interface Requests {
  readonly layers: readonly Layer[];
  readonly policies: readonly TranslatedPolicy[];
  readonly reasons: readonly string[] | undefined;
}

/**
 * Replaces CORS that an app turns on by policies of this library. It runs nothing, and writes nothing.
 *
 * All CORS of requests is translated, or none: the library does not start beside another CORS layer, and the app goes on as
 * before. The same applies to gateways.
 *
 * @throws NotMigratable where there is no app to migrate
 */
export function migrate(project: Project, whenNone: WhenNone = 'leave'): Migration {
  const values = new Values(project);
  const [app, ...others] = findCreation(project, values);
  if (app === undefined) {
    throw new NotMigratable(
      'The file has no call of NestFactory.create().',
      'Give the main file of the app, such as src/main.ts.',
    );
  }
  const used = project.files.find((file) =>
    importsOf(project.ts, file).some(({ from }) => from === 'nestjs-cors-policy'),
  );
  if (used !== undefined) {
    throw new NotMigratable(
      `The app imports nestjs-cors-policy already, in ${used.fileName}.`,
      'Migrate by hand what is left: see docs/migration.md of the package.',
      true,
    );
  }
  const root = findRootModule(app.call, project);
  const noPlace = placeRefusal(root, project);
  const requests = readRequests(app, others.length > 0, noPlace, project, values);
  const isAdded = requests.reasons === undefined && requests.layers.length > 0;
  const gateways = planGateways(project, values, app, {
    refusal: requests.reasons !== undefined ? REQUESTS_FIRST : others.length > 0 ? SEVERAL : noPlace,
    hasDefault: isAdded,
  });
  const hasPolicies = gateways.found.length > 0 && gateways.reasons === undefined;
  const policies = isAdded ? requests.policies : !hasPolicies && whenNone === 'start' ? [START] : [];
  const isModule = requests.reasons === undefined && (policies.length > 0 || hasPolicies);
  if (isModule && noPlace !== undefined) {
    throw new NotMigratable(noPlace, 'Add CorsModule.forRoot() to the imports of the root module by hand.');
  }
  const added = isModule ? addModule(root!, project, (indent) => moduleCode(requests.layers, policies, indent))! : [];
  return finish(requests, gateways, added, project);
}

/** The places, edits and notes of a migration. */
function finish(
  { layers, policies, reasons }: Requests,
  gateways: GatewayPlan,
  added: readonly Edit[],
  project: Project,
): Migration {
  const ofRequests = layers.map(({ place, what }) => ({ place, what, isGateway: false }));
  const ofGateways = gateways.found.map(({ place, name }) => ({
    place,
    what: `the option \`cors\` of ${name}`,
    isGateway: true,
  }));
  const comments = [
    ...layers.flatMap(({ anchor }, index) =>
      reasons === undefined ? [] : commentEdit(anchor, `${MARK} not translated. ${reasons[index]} ${BESIDE}`),
    ),
    ...gateways.found.flatMap(({ property }, index) =>
      gateways.reasons === undefined
        ? []
        : commentEdit(property, `${MARK} not translated. ${gateways.reasons[index]} ${STAYS}`),
    ),
  ];
  const ofLayers = reasons === undefined ? layers.map(({ removal }) => removal) : [];
  const removals = [...new Map([...ofLayers, ...gateways.removed].map((each) => [keyOf(each), each])).values()];
  const removed = [...removals, ...unusedAfter(removals, project)];
  const lost = removed.flatMap(
    ({ file, start, end }) => file.text.slice(start, end).match(/(?<=^|[\s,;({[])(?:\/\/.*|\/\*[^]*?\*\/)/gm) ?? [],
  );
  const leave = (places: readonly Place[], why: readonly string[] | undefined): readonly Left[] =>
    why === undefined ? [] : places.map((each, index) => ({ ...each, reason: why[index]! }));
  return {
    files: applyEdits([...comments, ...gateways.added, ...added, ...removed]),
    replaced: [...(reasons === undefined ? ofRequests : []), ...(gateways.reasons === undefined ? ofGateways : [])],
    left: [...leave(ofRequests, reasons), ...leave(ofGateways, gateways.reasons)],
    notes: [
      ...new Set([
        ...(reasons === undefined ? layers.flatMap(({ note }) => note ?? []) : []),
        ...policies.flatMap(({ notes }) => notes),
        ...gateways.notes,
        ...lost.map((each) => `A comment goes with the code: ${each}`),
      ]),
    ],
  };
}

const keyOf = ({ file, start }: Edit): string => `${file.fileName}:${start}`;

/** Why `CorsModule` cannot be added to the root module. */
function placeRefusal(root: RootModule | undefined, project: Project): string | undefined {
  return root === undefined
    ? 'The class of the root module, with @Module({ … }), is not in a file that the main file imports by a relative path.'
    : addModule(root, project, () => '') === undefined
      ? `The @Module() of ${root.name} has a spread, a shorthand, or a CorsModule of the app. Write the policy by hand.`
      : undefined;
}

function readRequests(
  app: AppCreation,
  isOneOfSeveral: boolean,
  noPlace: string | undefined,
  project: Project,
  values: Values,
): Requests {
  const layers = findLayers(project, values, app);
  const translated = layers.map((layer) => translate(layer, app, isOneOfSeveral, project, values));
  const together = refusalTogether(layers);
  const isWhole = !translated.some((each) => each instanceof Untranslatable);
  if (isWhole && together === undefined && (noPlace === undefined || layers.length === 0)) {
    return { layers, policies: translated as TranslatedPolicy[], reasons: undefined };
  }
  const reasons = translated.map((each) =>
    each instanceof Untranslatable
      ? each.message
      : (together ??
        (isWhole ? undefined : 'It can be translated, once the other place that turns CORS on is.') ??
        noPlace!),
  );
  return { layers, policies: [], reasons };
}

function translate(
  { options, refusal }: Layer,
  { platform, refusal: ofApp }: AppCreation,
  isOneOfSeveral: boolean,
  project: Project,
  values: Values,
): TranslatedPolicy | Untranslatable {
  const given = refusal ?? ofApp ?? (isOneOfSeveral ? SEVERAL : undefined);
  if (given !== undefined) {
    return new Untranslatable(given);
  }
  try {
    return translateOptions(options, platform!, project, values);
  } catch (error) {
    if (error instanceof Untranslatable) {
      return error;
    }
    throw error;
  }
}

/** Why several layers cannot be one policy. */
function refusalTogether([first, second, ...more]: readonly Layer[]): string | undefined {
  if (second === undefined) {
    return undefined;
  }
  const areBranches =
    first!.when !== undefined && (second.when === `!(${first!.when})` || first!.when === `!(${second.when})`);
  return areBranches && more.length === 0
    ? undefined
    : 'CORS is turned on in several places, whose headers replace each other. Keep the one that is meant, and migrate again.';
}

/** `CorsModule.forRoot(…)`. */
function moduleCode(layers: readonly Layer[], policies: readonly TranslatedPolicy[], indent: string): string {
  const [layer] = layers;
  const [policy, other] = policies;
  const call = 'CorsModule.forRoot(';
  if (policy === undefined) {
    return `${call})`;
  }
  const laidOut = (value: Printed, at: string, before: number): string => layOut(value, at, before, policy.comments);
  if (layer?.when === undefined) {
    return `${call}${laidOut({ defaultPolicy: policy.fields }, indent, call.length + 2)})`;
  }
  const inner = `${indent}      `;
  const no = other === undefined ? 'undefined' : layOut(other.fields, inner, 2, other.comments);
  const code = `${layer.when}\n${inner}? ${laidOut(policy.fields, inner, 2)}\n${inner}: ${no}`;
  // A file such as .env may be read after this file is loaded.
  return `CorsModule.forRootAsync({\n${indent}  useFactory: () => ({\n${indent}    defaultPolicy: ${code},\n${indent}  }),\n${indent}})`;
}

/** A comment above the line of a node; none where one is there already. */
function commentEdit(node: ts.Node, comment: string): readonly Edit[] {
  const file = node.getSourceFile();
  const start = lineStart(file, node.getStart());
  const above = file.text.slice(0, start).split('\n').slice(0, -1);
  for (let line = above.pop(); line !== undefined && /^\s*\/\//.test(line); line = above.pop()) {
    if (line.includes(MARK)) {
      return [];
    }
  }
  return [{ file, start, end: start, text: quotedAs(file, commentLines(comment, indentOf(file, start))) }];
}
