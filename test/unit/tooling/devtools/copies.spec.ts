import type { TesterBody } from '../../../../lib/tooling/devtools/protocol.js';
import {
  cookieNote,
  type CopiedRequest,
  curlOf,
  fetchOf,
  preflightCurl,
} from '../../../../lib/tooling/devtools/page/panel/copies.js';
import { readPasted } from '../../../../lib/tooling/devtools/page/paste/paste.js';

const GET: CopiedRequest = {
  method: 'GET',
  url: 'http://localhost:3000/orders/1',
  origin: 'https://shop.example',
  headers: {},
  credentials: false,
};
const PUT: CopiedRequest = {
  ...GET,
  method: 'PUT',
  headers: { 'X-Api-Key': "it's", 'X-Empty': '' },
  credentials: true,
};
const JSON_BODY: TesterBody = { kind: 'json', text: '{"a":1}' };
const FORM: TesterBody = {
  kind: 'form',
  fields: [
    ['a', '1 2'],
    ['b', '&'],
  ],
};
const FILES: TesterBody = {
  kind: 'files',
  fields: [['title', '@x']],
  files: [{ field: 'file', name: 'a;"b".txt', content: new Blob(['text'], { type: 'text/plain' }) }],
};

describe('6.5: a request as a command of curl', () => {
  it('has origin, method and headers', () => {
    expect(curlOf(GET)).toBe(
      `curl --include \\\n  --header 'Origin: https://shop.example' \\\n  http://localhost:3000/orders/1`,
    );
    expect(curlOf(PUT).split(' \\\n  ')).toEqual([
      'curl --include',
      '--request PUT',
      "--header 'Origin: https://shop.example'",
      String.raw`--header 'X-Api-Key: it'\''s'`,
      "--header 'X-Empty;'",
      'http://localhost:3000/orders/1',
    ]);
  });

  it.each<[string, CopiedRequest, TesterBody | undefined, string[]]>([
    ['HEAD', { ...GET, method: 'HEAD' }, undefined, ['--head']],
    ['another method', { ...GET, method: "it's" }, undefined, [String.raw`--request 'it'\''s'`]],
    [
      'a text',
      { ...GET, method: 'POST' },
      { kind: 'text', text: '@a' },
      ["--header 'Content-Type: text/plain;charset=UTF-8'", '--data-raw @a'],
    ],
    ['JSON', PUT, JSON_BODY, ["--header 'Content-Type: application/json'", `--data-raw '{"a":1}'`]],
    ['a type of its own', { ...GET, headers: { 'content-type': 'a/b' } }, JSON_BODY, ["--header 'content-type: a/b'"]],
    ['a form', PUT, FORM, ["--data-raw 'a=1+2&b=%26'"]],
    ['files', PUT, FILES, ['--form-string title=@x', `--form 'file=@"a;\\"b\\".txt";type=text/plain'`]],
    ['brackets', { ...GET, url: 'http://localhost:3000/a?x={1,2}[]' }, undefined, ['--globoff']],
  ])('writes %s', (_what, request, body, options) => {
    expect(curlOf(request, body).split(' \\\n  ')).toEqual(expect.arrayContaining(options));
  });

  it('leaves the type of a multipart body to curl, which chooses the boundary', () => {
    const headers = { 'Content-Type': 'multipart/form-data' };
    expect(curlOf({ ...PUT, headers }, FILES)).not.toContain('multipart');
    expect(fetchOf({ ...PUT, headers }, FILES)).not.toContain('multipart');
  });

  it('asks for a WebSocket by an upgrade', () => {
    const command = curlOf({ ...GET, url: 'ws://localhost:3000/chat?x=1', webSocket: true });
    expect(command).toContain("--header 'Upgrade: websocket'");
    expect(command).toMatch(/'http:\/\/localhost:3000\/chat\?x=1'$/);
    expect(command).toContain('--max-time 3');
  });

  it('writes the preflight', () => {
    expect(
      preflightCurl('http://localhost:3000/orders/1', {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'PUT',
      }).split(' \\\n  '),
    ).toEqual([
      'curl --include',
      '--request OPTIONS',
      "--header 'Origin: https://shop.example'",
      "--header 'Access-Control-Request-Method: PUT'",
      'http://localhost:3000/orders/1',
    ]);
  });

  it.each([
    [GET, undefined],
    [PUT, expect.stringContaining('curl has no cookies of your browser')],
    [{ ...PUT, headers: { cookie: 'a=1' } }, undefined],
  ])('says that cookies are missing %#', (request, note) => {
    expect(cookieNote(request)).toEqual(note);
  });

  it('is read by the paste field as the same request', () => {
    const { notes: _notes, ...read } = readPasted(curlOf(PUT, JSON_BODY));
    expect(read).toEqual({
      method: 'PUT',
      url: PUT.url,
      origin: PUT.origin,
      headers: { ...PUT.headers, 'Content-Type': 'application/json' },
      credentials: false,
    });
  });
});

describe('6.5: a request as code', () => {
  it('has what fetch() takes', () => {
    expect(fetchOf(GET)).toBe(`// In the console of a page of https://shop.example
const response = await fetch('http://localhost:3000/orders/1');
console.log(response.status, [...response.headers], await response.text());`);
    expect(fetchOf(PUT, JSON_BODY)).toContain(`fetch('http://localhost:3000/orders/1', {
  method: 'PUT',
  headers: { 'X-Api-Key': 'it\\'s', 'X-Empty': '', 'Content-Type': 'application/json' },
  credentials: 'include',
  body: '{"a":1}',
});`);
  });

  it('has the parts of a form and files', () => {
    expect(fetchOf(PUT, FORM)).toContain("body: new URLSearchParams([['a', '1 2'], ['b', '&']]),");
    expect(fetchOf(PUT, FILES)).toContain(`const form = new FormData();
form.append('title', '@x');
form.append('file', new File(['content'], 'a;"b".txt', { type: 'text/plain' }));
`);
  });

  it('opens a WebSocket, and joins a namespace of socket.io', () => {
    const socket = { ...GET, url: 'ws://localhost:3000/socket.io/?EIO=4&transport=websocket', webSocket: true };
    expect(fetchOf(socket)).toContain(`const socket = new WebSocket('${socket.url}');`);
    expect(fetchOf(socket)).not.toContain('socket.send');
    expect(fetchOf({ ...socket, namespace: '/partner' })).toContain("socket.send('40/partner,')");
    expect(fetchOf({ ...socket, namespace: '/' })).toContain("socket.send('40')");
  });
});
