// Opens an example of the documentation in the playground: the address that has its text and its request.
import { runInNewContext } from 'node:vm';
import { deflateRawSync } from 'node:zlib';

/** A code block of TypeScript, without its imports and exports. */
function blockOf(text) {
  const block = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  return block
    .replace(/^import [\s\S]*?;\n/gm, '')
    .replace(/^export /gm, '')
    .trim();
}

/** The value of a constant that is an object of plain values. */
function constantOf(name, code) {
  const [, value] = new RegExp(`^const ${name}: \\w+ = (\\{[\\s\\S]*?\\});$`, 'm').exec(code) ?? [];
  return value === undefined ? undefined : runInNewContext(`(${value})`);
}

const without = (name, code) => code.replace(new RegExp(`^const ${name}\\b[\\s\\S]*?;$\\n?`, 'gm'), '').trim();

/** A route for a policy of an example. */
const ROUTE = '@Controller()\nclass ExampleController {\n  @Get()\n  read() {}\n}';

/** The text of an example as one app; `undefined`: it is none. */
function appOf(code, routes) {
  if (code.includes('CorsModule.forRoot(')) {
    // What is right comes after what is wrong.
    const [wrong] = code.split(/(?<=^class WrongModule \{\})/m);
    return wrong.includes('CorsModule.forRoot(') ? wrong : undefined;
  }
  if (/^const wrongOptions\b/m.test(code)) {
    return `${without('rightOptions', code)}\n\nCorsModule.forRoot(wrongOptions);`;
  }
  if (/^const wrong\b/m.test(code)) {
    return `${without('right', code)}\n\nCorsModule.forRoot({ defaultPolicy: wrong });\n\n${ROUTE}`;
  }
  return /^const partner\b/m.test(code)
    ? `${without('question', code)}\n\nCorsModule.forRoot({ policies: { partner } });\n\n${routes}`
    : undefined;
}

/** The playground cannot run functions, and has no providers, versions and sockets. */
const NOT_READ =
  /=>|\bclass \w+ (?:implements|extends)|provide|Config|\bfunction\b|\$\{|Version|WebSocket|process\.|const (?:platform|sent)\b/;

/** The form of a request, as the playground has it. */
function formOf({ method = 'GET', url = '/', origin = '', headers = {}, credentials = false }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [method, url, origin, lines.join('\n'), credentials];
}

/** A request to the first handler of an app. */
function firstRequest(app) {
  const [, controller = ''] = /@Controller\('([^']*)'\)/.exec(app) ?? [];
  const [, method = 'GET', path = ''] = /@(Get|Put|Post)\((?:'([^']*)')?\)/.exec(app) ?? [];
  const url = `/${[controller, path].filter((part) => part !== '').join('/')}`;
  return { method: method.toUpperCase(), url, origin: 'https://app.example' };
}

/**
 * The part of an address of the playground that opens the example of an entry; `undefined` if the playground cannot read
 * it. What it says is tested by test/docs/playground/opened.spec.ts.
 *
 * @param {string} entry the text of the entry
 * @param {string} about a text with the routes that the examples of reasons share
 */
export function playgroundHash(entry, about) {
  const code = blockOf(entry);
  const question = constantOf('question', code);
  const app = appOf(code, blockOf(about));
  const isReason = /^const partner\b/m.test(code) && !code.includes('CorsModule.forRoot(');
  if (app === undefined || NOT_READ.test(app) || question?.webSocket === true || (isReason && question === undefined)) {
    return undefined;
  }
  const state = [`${app}\n`, ...formOf(question ?? firstRequest(app))];
  return `v1.${deflateRawSync(JSON.stringify(state)).toString('base64url')}`;
}
