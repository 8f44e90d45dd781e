import type { TesterBody } from '../../protocol.js';
import { headersWith, scriptHeaders } from './body.js';
import { bashWord, scriptString } from './quoting.js';

/** A request to copy: the `request` of an explanation. */
export interface CopiedRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly origin?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: boolean;
  readonly webSocket?: boolean;
  readonly namespace?: string;
}

/** Goes on in the next line of a command. */
const NEXT = ' \\\n  ';
/** A fixed key of the length that the protocol asks for. */
const SOCKET_KEY = 'Y29ycy1wb2xpY3ktcGFnZQ==';

/**
 * The request as a command of curl for bash. It prints status and header fields too.
 *
 * A command has no cookies of the browser: {@link cookieNote} says so.
 */
export function curlOf(request: CopiedRequest, body?: TesterBody): string {
  if (request.webSocket === true) {
    return socketCurl(request);
  }
  // curl sets the type of a multipart body itself, as it chooses the boundary.
  const headers = body?.kind === 'files' ? scriptHeaders(request.headers, body) : headersWith(request.headers, body);
  return command(request.url, [
    ...methodOption(request.method),
    ...originField(request),
    ...fieldsOf(headers),
    ...bodyOptions(body),
  ]);
}

/** The preflight of a request as a command of curl for bash. */
export function preflightCurl(url: string, asks: Readonly<Record<string, string>>): string {
  return command(url, ['--request OPTIONS', ...fieldsOf(asks)]);
}

/** The request as code for the console of a page of its origin. */
export function fetchOf(request: CopiedRequest, body?: TesterBody): string {
  const { method, url, origin, headers, credentials } = request;
  const page = origin === undefined ? '' : `// In the console of a page of ${origin}\n`;
  if (request.webSocket === true) {
    return page + socketScript(request);
  }
  const { before, value } = scriptBody(body);
  const sent = scriptHeaders(headers, body);
  const options = [
    method === 'GET' ? [] : [`method: ${scriptString(method)}`],
    Object.keys(sent).length === 0 ? [] : [`headers: { ${Object.entries(sent).map(pairOf).join(', ')} }`],
    credentials ? ["credentials: 'include'"] : [],
    value === undefined ? [] : [`body: ${value}`],
  ].flat();
  const second = options.length === 0 ? '' : `, {\n${options.map((line) => `  ${line},\n`).join('')}}`;
  return `${page}${before}const response = await fetch(${scriptString(url)}${second});
console.log(response.status, [...response.headers], await response.text());`;
}

/** A sentence about what a command cannot have; `undefined`: nothing is missing. */
export function cookieNote({ credentials, webSocket, headers }: CopiedRequest): string | undefined {
  const hasCookie = Object.keys(headers).some((name) => name.toLowerCase() === 'cookie');
  return (credentials || webSocket === true) && !hasCookie
    ? "curl has no cookies of your browser. Add them with --header 'Cookie: name=value'."
    : undefined;
}

function command(url: string, options: readonly string[]): string {
  // curl reads lists and ranges in brackets and braces.
  const glob = /[[\]{}]/.test(url) ? ['--globoff'] : [];
  return ['curl --include', ...glob, ...options, bashWord(url)].join(NEXT);
}

function methodOption(method: string): readonly string[] {
  // With --request HEAD, curl waits for a body.
  return method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : [`--request ${bashWord(method)}`];
}

function originField({ origin }: CopiedRequest): readonly string[] {
  return origin === undefined ? [] : fieldsOf({ Origin: origin });
}

/** curl removes a header without a value; with a semicolon it sends an empty one. */
function fieldsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(
    ([name, value]) => `--header ${bashWord(value === '' ? `${name};` : `${name}: ${value}`)}`,
  );
}

function bodyOptions(body: TesterBody | undefined): readonly string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'text':
    case 'json':
      return [`--data-raw ${bashWord(body.text)}`];
    case 'form':
      return [`--data-raw ${bashWord(new URLSearchParams(body.fields.map(([...pair]) => pair)).toString())}`];
    case 'files':
      return [
        ...body.fields.map(([name, value]) => `--form-string ${bashWord(`${name}=${value}`)}`),
        ...body.files.map(({ field, name, content: { type } }) => {
          const file = `@"${name.replace(/["\\]/g, String.raw`\$&`)}"`;
          return `--form ${bashWord(`${field}=${file}${type === '' ? '' : `;type=${type}`}`)}`;
        }),
      ];
  }
}

function scriptBody(body: TesterBody | undefined): { readonly before: string; readonly value?: string } {
  switch (body?.kind) {
    case undefined:
      return { before: '' };
    case 'text':
    case 'json':
      return { before: '', value: scriptString(body.text) };
    case 'form': {
      const pairs = body.fields.map(([name, value]) => `[${scriptString(name)}, ${scriptString(value)}]`);
      return { before: '', value: `new URLSearchParams([${pairs.join(', ')}])` };
    }
    case 'files': {
      const lines = [
        ...body.fields.map(([name, value]) => `${scriptString(name)}, ${scriptString(value)}`),
        ...body.files.map(({ field, name, content: { type } }) => {
          const options = type === '' ? '' : `, { type: ${scriptString(type)} }`;
          return `${scriptString(field)}, new File(['content'], ${scriptString(name)}${options})`;
        }),
      ];
      const appended = lines.map((args) => `form.append(${args});\n`).join('');
      return { before: `const form = new FormData();\n${appended}`, value: 'form' };
    }
  }
}

function pairOf([name, value]: readonly [string, string]): string {
  return `${scriptString(name)}: ${scriptString(value)}`;
}

function socketCurl(request: CopiedRequest): string {
  const fields = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': SOCKET_KEY,
  };
  // An open socket ends no answer.
  return command(request.url.replace(/^ws/, 'http'), [
    '--http1.1',
    '--max-time 3',
    ...originField(request),
    ...fieldsOf(fields),
  ]);
}

/** A namespace of socket.io is joined by a message, after the first that the server sends. */
function socketScript({ url, namespace }: CopiedRequest): string {
  const join =
    /[?&]EIO=/.test(url) && namespace !== undefined
      ? `
socket.addEventListener('message', ({ data }) => data.startsWith('0') && socket.send(${scriptString(`40${namespace === '/' ? '' : `${namespace},`}`)}));`
      : '';
  return `const socket = new WebSocket(${scriptString(url)});
socket.addEventListener('open', () => console.log('open'));
socket.addEventListener('message', ({ data }) => console.log('message', data));
socket.addEventListener('close', ({ code }) => console.log('closed', code));${join}`;
}
