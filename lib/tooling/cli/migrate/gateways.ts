import type ts from 'typescript';
import { quote } from '../../../core/issues/text.js';
import type { AppCreation } from './app-creation.js';
import { Code, codeOf, layOut } from './code.js';
import { addImport, type Edit, indentOf, lineStart, quotedAs, removeElement } from './edits.js';
import { type TranslatedPolicy, translateOptions } from './policy.js';
import { decoratorOf, nodesOf, placeOf, type Project } from './project.js';
import { readSocketAdapter, type SocketAdapter } from './socket-adapter.js';
import { Untranslatable } from './untranslatable.js';
import { UNKNOWN, type Values } from './values.js';

/** A gateway, and its option `cors` if it has one. */
interface Gateway {
  readonly name: string;
  readonly place: string;
  readonly decorator: ts.CallExpression;
  readonly options: ts.ObjectLiteralExpression | undefined;
  readonly cors: ts.ObjectLiteralElementLike | undefined;
  /** False if the source text does not tell its options. */
  readonly isKnown: boolean;
}

/** A gateway with the option `cors`, as the migration changes it or leaves it. */
export interface GatewayOption {
  readonly name: string;
  readonly place: string;
  readonly property: ts.Node;
}

/** The changes of the gateways of an app, or the reasons why there are none. */
export interface GatewayPlan {
  readonly found: readonly GatewayOption[];
  /** Why each of them is left as it is; `undefined`: all have a policy now. */
  readonly reasons: readonly string[] | undefined;
  readonly added: readonly Edit[];
  readonly removed: readonly Edit[];
  readonly notes: readonly string[];
}

/** The facts about the rest of the migration that gateways depend on. */
export interface AroundGateways {
  /** Why no policy can be added to the app. */
  readonly refusal: string | undefined;
  /** True if the app gets a default policy, which applies to gateways without a decorator. */
  readonly hasDefault: boolean;
}

/**
 * Replaces the option `cors` of gateways by `@CorsPolicy()`. All of them are translated, or none, because the adapter
 * puts the policies of the app in front of every gateway.
 *
 * The option is for the polling transport of socket.io alone, so a policy is narrower: every page could open the
 * gateway by the websocket transport.
 */
export function planGateways(
  project: Project,
  values: Values,
  app: AppCreation,
  { refusal, hasDefault }: AroundGateways,
): GatewayPlan {
  const all = findGateways(project, values);
  const gateways = all.filter(({ cors }) => cors !== undefined);
  const found = gateways.map(({ name, place, cors }) => ({ name, place, property: cors! }));
  if (gateways.length === 0) {
    return { found, reasons: undefined, added: [], removed: [], notes: [] };
  }
  const adapter = refusal ?? readSocketAdapter(project, values, app);
  const unknown = all.find(({ isKnown }) => !isKnown);
  const open = hasDefault ? all.find(({ cors }) => cors === undefined) : undefined;
  const given =
    typeof adapter === 'string'
      ? adapter
      : unknown !== undefined
        ? `The options of ${unknown.name} are not known from the source text.`
        : open &&
          `${open.name} has no option \`cors\`, and would come under the default policy. Write @CorsPolicy() on it by hand.`;
  const translated = gateways.map((gateway) => given ?? translate(gateway, adapter as SocketAdapter, project, values));
  const together = given ?? refusalTogether(all, gateways, translated, adapter as SocketAdapter, values);
  const isWhole = together === undefined && translated.every((each) => typeof each !== 'string');
  if (!isWhole) {
    const reasons = translated.map((each) =>
      typeof each === 'string' ? each : (together ?? 'It can be translated, once the other gateways are.'),
    );
    return { found, reasons, added: [], removed: [], notes: [] };
  }
  const policies = translated as readonly TranslatedPolicy[];
  const imports = [...new Set(gateways.map(({ decorator }) => decorator.getSourceFile()))].map((file) =>
    addImport(project.ts, file, "import { CorsPolicy } from 'nestjs-cors-policy';"),
  );
  return {
    found,
    reasons: undefined,
    added: [
      ...(adapter as SocketAdapter).edits,
      ...gateways.map(({ decorator }, index) => decoratorEdit(decorator, policies[index]!)),
      ...imports,
    ],
    removed: gateways.map(({ decorator, options, cors }) =>
      options!.properties.length === 1
        ? removeElement(options!, decorator.arguments)
        : removeElement(cors!, options!.properties),
    ),
    notes: policies.flatMap((policy, index) =>
      notesOf(policy, adapter as SocketAdapter).map((note) => `${gateways[index]!.name}: ${note}`),
    ),
  };
}

function findGateways({ ts: typescript, files }: Project, values: Values): readonly Gateway[] {
  return files
    .flatMap((file) => nodesOf(file))
    .filter((node) => typescript.isClassDeclaration(node))
    .flatMap((node): readonly Gateway[] => {
      const decorator = decoratorOf(typescript, node, 'WebSocketGateway');
      if (decorator === undefined) {
        return [];
      }
      const written = decorator.arguments.map((each) => values.follow(each));
      const options = written.find(typescript.isObjectLiteralExpression);
      const property = options?.properties.find((each) => /^['"]?cors['"]?$/.test(each.name?.getText() ?? ''));
      const isOff =
        property !== undefined &&
        typescript.isPropertyAssignment(property) &&
        /^(?:false|undefined|null)$/.test(values.follow(property.initializer).getText());
      const cors = isOff ? undefined : property;
      const isKnown =
        written.every((each) => each === options || values.of(each) !== UNKNOWN) &&
        (options === undefined || propertyOf(options, 'path', values) !== UNKNOWN) &&
        (cors !== undefined || options?.properties.some(typescript.isSpreadAssignment) !== true);
      return [
        { name: node.name?.text ?? 'gateway', place: placeOf(cors ?? decorator), decorator, options, cors, isKnown },
      ];
    });
}

/** The policy that says the same as the option of a gateway, or why there is none. */
function translate(
  { decorator, options, cors }: Gateway,
  { kind }: SocketAdapter,
  project: Project,
  values: Values,
): TranslatedPolicy | string {
  const { ts: typescript } = project;
  if (!decorator.arguments.some((each) => each === options)) {
    return 'The options of the gateway are not written in @WebSocketGateway() itself. Write them there, and migrate again.';
  }
  if (options!.properties.slice(options!.properties.indexOf(cors!)).some(typescript.isSpreadAssignment)) {
    return 'What is spread after it may replace it.';
  }
  const written = typescript.isPropertyAssignment(cors!)
    ? cors.initializer
    : typescript.isShorthandPropertyAssignment(cors!)
      ? cors.name
      : undefined;
  if (written === undefined) {
    return 'It is not known from the source text. Write the policy by hand.';
  }
  const value = values.of(written);
  if (typeof value === 'string' && value !== '*') {
    return `cors takes the text ${quote(value)} for no options, so every page could poll. Write the origins, and migrate again.`;
  }
  try {
    const policy = translateOptions(value === '*' ? undefined : written, 'express', project, values, 'handshakes');
    const transports = propertyOf(options!, 'transports', values);
    const isPolling = Array.isArray(transports) && !transports.includes('websocket');
    return kind === 'socket.io' && isPolling && hasFunctions(policy)
      ? 'It is open by polling alone, and a variable of the environment may be set after the gateway has read it.'
      : policy;
  } catch (error) {
    if (error instanceof Untranslatable) {
      return error.message;
    }
    throw error;
  }
}

/** Why gateways of one server cannot each have the policy of their own options: the server has those of the first. */
function refusalTogether(
  all: readonly Gateway[],
  gateways: readonly Gateway[],
  translated: readonly (TranslatedPolicy | string)[],
  { kind }: SocketAdapter,
  values: Values,
): string | undefined {
  const ofServer = new Map<string, string>();
  for (const gateway of kind === 'ws' ? [] : all) {
    const policy = translated[gateways.indexOf(gateway)];
    const says = policy === undefined ? '' : typeof policy === 'string' ? policy : codeOf(policy.fields);
    const server = serverOf(gateway, values);
    if ((ofServer.get(server) ?? says) !== says) {
      return 'Gateways of one server have the options of the first, and theirs differ. Give them the same `cors`, and migrate again.';
    }
    ofServer.set(server, says);
  }
  return undefined;
}

/** The port and the path of the server of a gateway. */
function serverOf({ decorator, options }: Gateway, values: Values): string {
  const [first] = decorator.arguments;
  const port = first === undefined || first === options ? 0 : values.of(first);
  const path = options === undefined ? undefined : propertyOf(options, 'path', values);
  return `${String(port)} ${typeof path === 'string' ? path.replaceAll(/^\/*|\/*$/g, '') : 'socket.io'}`;
}

function propertyOf(options: ts.ObjectLiteralExpression, name: string, values: Values): unknown {
  const property = options.properties.find((each) => /^['"]?(.*?)['"]?$/.exec(each.name?.getText() ?? '')![1] === name);
  return property === undefined ? undefined : 'initializer' in property ? values.of(property.initializer) : UNKNOWN;
}

const hasFunctions = ({ fields }: TranslatedPolicy): boolean =>
  [fields['origin']].flat().some((each) => each instanceof Code);

/** Writes `@CorsPolicy(…)` before the decorator of a gateway. */
function decoratorEdit(decorator: ts.CallExpression, { fields, comments }: TranslatedPolicy): Edit {
  const file = decorator.getSourceFile();
  const start = decorator.parent.getStart();
  const line = lineStart(file, start);
  const indent = indentOf(file, start);
  const code = `@CorsPolicy(${layOut(fields, indent, '@CorsPolicy()'.length, comments)})`;
  const isFirst = file.text.slice(line, start).trim() === '';
  return { file, start, end: start, text: quotedAs(file, isFirst ? `${code}\n${indent}` : `${code} `) };
}

/** The differences that come from what a handshake is. */
function notesOf(policy: TranslatedPolicy, { kind }: SocketAdapter): readonly string[] {
  const opened =
    policy.fields['origin'] === '*'
      ? []
      : [
          kind === 'ws'
            ? 'every page could open it, because ws does not read `cors`. Now only pages of its origins can.'
            : 'every page could open it by the websocket transport, which `cors` is not for. Now only pages of its origins can.',
        ];
  const read = hasFunctions(policy)
    ? [
        'its variables of the environment are read for each handshake. They were read when the file was loaded, before a .env that ConfigModule reads.',
      ]
    : [];
  return [...opened, ...read, ...policy.notes];
}
