import { type AppCreation, appNameOf, scopeOf } from './app-creation.js';
import { addImport, type Edit, indentOf } from './edits.js';
import { importsOf, nodesOf, type Project } from './project.js';
import type { Values } from './values.js';

/** The WebSocket adapter of an app, and how to put the policies in front of it. */
export interface SocketAdapter {
  readonly kind: 'socket.io' | 'ws';
  readonly edits: readonly Edit[];
}

const OF_NEST: Readonly<Record<string, readonly [SocketAdapter['kind'], string]>> = {
  IoAdapter: ['socket.io', '@nestjs/platform-socket.io'],
  WsAdapter: ['ws', '@nestjs/platform-ws'],
};

const UNCLEAR = 'It is not certain that the call of useWebSocketAdapter() is for the app, once, always.';

/**
 * Finds the WebSocket adapter that the main file gives to the app. Without one Nest uses `IoAdapter`.
 *
 * @returns a text where it is not certain what the adapter does: why
 */
export function readSocketAdapter(project: Project, values: Values, { call }: AppCreation): SocketAdapter | string {
  const { ts: typescript, main, files } = project;
  const app = appNameOf(call, typescript);
  const scope = scopeOf(call, typescript);
  const statement = scope?.statements.find((each) => each.pos <= call.pos && call.end <= each.end);
  if (app === undefined || statement === undefined || !/^\w+$/.test(app)) {
    return 'The result of NestFactory.create() is not a variable that a WebSocket adapter can be given to.';
  }
  const importWrapper = addImport(
    typescript,
    main,
    "import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';",
  );
  const nodes = files.flatMap((file) => nodesOf(file));
  const mentions = nodes.filter(
    (node) =>
      (typescript.isIdentifier(node) || typescript.isStringLiteralLike(node)) && node.text === 'useWebSocketAdapter',
  );
  const [use] = nodes
    .filter((node) => typescript.isPropertyAccessExpression(node))
    .filter((node) => node.name.text === 'useWebSocketAdapter');
  if (mentions.length > (use === undefined ? 0 : 1)) {
    return UNCLEAR;
  }
  if (use === undefined) {
    const isImported = importsOf(typescript, main).some(({ local }) => local === 'IoAdapter');
    const text = `\n${indentOf(main, statement.getStart())}app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));`;
    const rest = /^[ \t]*(?:\/\/.*)?/.exec(main.text.slice(statement.end))![0];
    const at = statement.end + rest.length;
    const importAdapter = addImport(typescript, main, "import { IoAdapter } from '@nestjs/platform-socket.io';");
    const edits = [{ file: main, start: at, end: at, text: text.replaceAll(/\bapp\b/g, app) }, importWrapper];
    return { kind: 'socket.io', edits: isImported ? edits : [...edits, importAdapter] };
  }
  const made = use.parent;
  const given = typescript.isCallExpression(made) ? made.arguments[0] : undefined;
  if (given === undefined || use.expression.getText() !== app || made.parent.parent !== scope) {
    return UNCLEAR;
  }
  const adapter = values.follow(given);
  const kind = typescript.isNewExpression(adapter) ? kindOf(adapter.expression.getText(), project) : undefined;
  if (kind === undefined) {
    return `It is not certain what the WebSocket adapter \`${given.getText()}\` does: it may give CORS options of its own.`;
  }
  return {
    kind,
    edits: [
      { file: main, start: given.getStart(), end: given.getStart(), text: 'corsWebSocketAdapter(' },
      { file: main, start: given.end, end: given.end, text: `, ${app})` },
      importWrapper,
    ],
  };
}

/** The kind of an adapter of Nest, or of a class that extends one and has nothing to do with CORS. */
function kindOf(name: string, { ts: typescript, main, files }: Project): SocketAdapter['kind'] | undefined {
  const [kind, from] = OF_NEST[name] ?? [];
  if (kind !== undefined) {
    return importsOf(typescript, main).some((each) => each.local === name && each.from === from) ? kind : undefined;
  }
  const declared = files
    .flatMap((file) => nodesOf(file))
    .filter((node) => typescript.isClassDeclaration(node))
    .filter((node) => node.name?.text === name);
  const [own] = declared;
  const parent = own?.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '';
  return declared.length === 1 && !/cors|allowRequest/i.test(own!.getText()) ? OF_NEST[parent]?.[0] : undefined;
}
