import type ts from 'typescript';
import { commentLines, layOut, type Printed } from './code.js';
import { applyEdits, type Edit, indentOf, lineStart, quotedAs, removeStatement } from './edits.js';
import { type AppCreation, findCreation, findGateways, findLayers, type GatewayOption, type Layer } from './layers.js';
import { type TranslatedPolicy, translateOptions } from './policy.js';
import { importsOf, nodesOf, type Project } from './project.js';
import { Untranslatable } from './untranslatable.js';
import { addModule, findRootModule } from './root-module.js';
import { Values } from './values.js';

/** A call that is left as it is, and why. */
export interface Left {
  readonly place: string;
  readonly what: string;
  readonly reason: string;
}

/** The migration of an app. */
export interface Migration {
  /** Files that change, with their new text. */
  readonly files: ReadonlyMap<string, string>;
  /** The places that the policy replaces. */
  readonly replaced: readonly { readonly place: string; readonly what: string }[];
  readonly left: readonly Left[];
  /** Differences between before and after. */
  readonly notes: readonly string[];
}

/** A main file that is not that of a Nest app, or one that uses the library already. */
export class NotMigratable extends Error {
  override readonly name = 'NotMigratable';

  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

const MARK = 'cors-policy migrate:';

/** The reader of the code has to know why the call is still there, and that it cannot stay beside the library. */
const BESIDE = 'The library does not start beside this call: replace it before you import CorsModule.';

/**
 * Replaces CORS that an app turns on for all requests by a policy of this library. It runs nothing, and writes nothing.
 *
 * Everything is translated, or nothing: the library does not start beside another CORS layer, and the app goes on as before.
 *
 * @throws NotMigratable where there is no app to migrate
 */
export function migrate(project: Project): Migration {
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
    );
  }
  const layers = findLayers(project, values, app);
  const gateways = findGateways(project, values);
  const gatewayEdits = gateways.flatMap((gateway) => commentEdit(gateway.property, gatewayComment(gateway)));
  const left = gateways.map(({ place, name }) => ({ place, what: `the option \`cors\` of ${name}`, reason: GATEWAY }));
  if (layers.length === 0) {
    return { files: applyEdits(gatewayEdits), replaced: [], left, notes: [] };
  }
  const translated = layers.map((layer) => translate(layer, app, others.length > 0, project, values));
  const together = refusalTogether(layers);
  const root = findRootModule(app.call, project);
  const edits =
    together === undefined && root !== undefined && !translated.some((each) => each instanceof Untranslatable)
      ? addModule(root, project, (indent) => moduleCode(layers, translated as TranslatedPolicy[], indent))
      : undefined;
  if (edits === undefined) {
    const reasons = translated.map((each) =>
      each instanceof Untranslatable
        ? each.message
        : (together ??
          (root === undefined || !translated.some((other) => other instanceof Untranslatable)
            ? root !== undefined
              ? `The @Module() of ${root.name} has a spread, a shorthand, or a CorsModule of the app. Write the policy by hand.`
              : 'The class of the root module, with @Module({ … }), is not in a file that the main file imports by a relative path.'
            : 'It can be translated, once the other place that turns CORS on is.')),
    );
    return {
      files: applyEdits([
        ...gatewayEdits,
        ...layers.flatMap((layer, index) =>
          commentEdit(layer.anchor, `${MARK} not translated. ${reasons[index]} ${BESIDE}`),
        ),
      ]),
      replaced: [],
      left: [...layers.map(({ place, what }, index) => ({ place, what, reason: reasons[index]! })), ...left],
      notes: [],
    };
  }
  const removals = [...new Map(layers.map(({ removal }) => [removal.start, removal])).values()];
  const removed = [...removals, ...unusedAfter(removals, project)];
  const comments = removed.flatMap(
    ({ file, start, end }) => file.text.slice(start, end).match(/(?<=^|[\s,;({[])(?:\/\/.*|\/\*[^]*?\*\/)/gm) ?? [],
  );
  return {
    files: applyEdits([...gatewayEdits, ...edits, ...removed]),
    replaced: layers,
    left,
    notes: [
      ...new Set([
        ...layers.flatMap(({ note }) => note ?? []),
        ...(translated as TranslatedPolicy[]).flatMap(({ notes }) => notes),
        ...comments.map((each) => `A comment goes with the code: ${each}`),
      ]),
    ],
  };
}

function translate(
  { options, refusal }: Layer,
  { platform, refusal: ofApp }: AppCreation,
  isOneOfSeveral: boolean,
  project: Project,
  values: Values,
): TranslatedPolicy | Untranslatable {
  const given =
    refusal ?? ofApp ?? (isOneOfSeveral ? 'The file creates several apps. Write a policy for each.' : undefined);
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
  const laidOut = (value: Printed, at: string, before: number): string => layOut(value, at, before, policy!.comments);
  if (layer!.when === undefined) {
    return `${call}${laidOut({ defaultPolicy: policy!.fields }, indent, call.length + 2)})`;
  }
  const inner = `${indent}      `;
  const no = other === undefined ? 'undefined' : layOut(other.fields, inner, 2, other.comments);
  const code = `${layer!.when}\n${inner}? ${laidOut(policy!.fields, inner, 2)}\n${inner}: ${no}`;
  // A file such as .env may be read after this file is loaded.
  return `CorsModule.forRootAsync({\n${indent}  useFactory: () => ({\n${indent}    defaultPolicy: ${code},\n${indent}  }),\n${indent}})`;
}

const GATEWAY =
  'It is for the polling transport alone: the websocket transport is open to every page. It keeps working until the gateway ' +
  'has a policy: write @CorsPolicy() with the same origins on the class, remove `cors`, and call ' +
  'app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app)), which is exported by nestjs-cors-policy/websockets.';

const gatewayComment = (_gateway: GatewayOption): string => `${MARK} not translated. ${GATEWAY}`;

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

/** Removes constants and imports that only the removed code used. */
function unusedAfter(removals: readonly Edit[], { ts: typescript, main }: Project): readonly Edit[] {
  const edits: Edit[] = [];
  const isRemoved = (node: ts.Node): boolean =>
    [...removals, ...edits].some(
      ({ file, start, end }) => file === main && node.getStart() >= start && node.end <= end,
    );
  const names = nodesOf(main).filter((node) => typescript.isIdentifier(node));
  const isLeft = (name: string): boolean => {
    const uses = names.filter((node) => node.text === name && !isDeclared(node, typescript));
    return uses.length === 0 || uses.some((node) => !isRemoved(node));
  };
  // A constant may be used by another one that goes.
  for (let before = -1; before !== edits.length;) {
    before = edits.length;
    for (const statement of nodesOf(main)) {
      if (isRemoved(statement)) {
        continue;
      }
      const [declaration, ...more] = typescript.isVariableStatement(statement)
        ? statement.declarationList.declarations
        : [];
      if (
        declaration?.initializer !== undefined &&
        more.length === 0 &&
        typescript.isIdentifier(declaration.name) &&
        !isLeft(declaration.name.text) &&
        isPure(declaration.initializer, typescript) &&
        !statement.getText().startsWith('export')
      ) {
        edits.push(removeStatement(statement));
      }
    }
  }
  const imports = importsOf(typescript, main);
  for (const statement of new Set(imports.map((each) => each.statement))) {
    const bound = imports.filter((each) => each.statement === statement);
    if (!isRemoved(statement) && bound.every(({ local }) => !isLeft(local))) {
      edits.push(removeStatement(statement));
    }
  }
  return edits;
}

function isDeclared(node: ts.Identifier, typescript: Project['ts']): boolean {
  const { parent } = node;
  return (
    (typescript.isVariableDeclaration(parent) && parent.name === node) ||
    typescript.isImportClause(parent) ||
    typescript.isImportSpecifier(parent) ||
    typescript.isNamespaceImport(parent) ||
    typescript.isImportEqualsDeclaration(parent) ||
    (typescript.isPropertyAccessExpression(parent) && parent.name === node) ||
    (typescript.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** Reports whether nothing else happens when the expression is evaluated. */
function isPure(node: ts.Expression, typescript: Project['ts']): boolean {
  return (
    nodesOf(node).every(
      (each) =>
        !typescript.isNewExpression(each) &&
        !typescript.isAwaitExpression(each) &&
        (!typescript.isCallExpression(each) ||
          /\.(?:split|map|filter|trim|toLowerCase)$/.test(each.expression.getText()) ||
          /^require$/.test(each.expression.getText())),
    ) ||
    typescript.isArrowFunction(node) ||
    typescript.isFunctionExpression(node)
  );
}
