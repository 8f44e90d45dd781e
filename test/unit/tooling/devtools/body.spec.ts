import type { TesterBody } from '../../../../lib/tooling/devtools/protocol.js';
import {
  headersWith,
  readCookies,
  readFields,
  readHeaders,
  scriptHeaders,
} from '../../../../lib/tooling/devtools/page/panel/body.js';

const BODIES: readonly TesterBody[] = [
  { kind: 'text', text: 'a' },
  { kind: 'json', text: '{}' },
  { kind: 'form', fields: [['a', '1']] },
  { kind: 'files', fields: [['a', '1']], files: [] },
];

/** The body as a script passes it to `fetch()`. */
function passed(body: TesterBody): string | URLSearchParams | FormData {
  switch (body.kind) {
    case 'text':
    case 'json':
      return body.text;
    case 'form':
      return new URLSearchParams(body.fields.map(([...pair]) => pair));
    case 'files':
      return new FormData();
  }
}

describe('6.5: the body of a request', () => {
  it.each(BODIES)('has the type that fetch() sends: $kind', (body) => {
    const sent = new Request('http://localhost/', {
      method: 'POST',
      headers: scriptHeaders({}, body),
      body: passed(body),
    }).headers.get('content-type')!;
    expect(headersWith({}, body)['Content-Type']).toBe(sent.replace(/; boundary=.*/, ''));
  });

  it('keeps the type that the script sets', () => {
    for (const body of BODIES) {
      const headers = { 'content-type': 'application/x' };
      expect(headersWith(headers, body)).toBe(headers);
      expect(scriptHeaders(headers, body)).toBe(headers);
    }
    expect(headersWith({ A: '1' }, undefined)).toEqual({ A: '1' });
  });

  it('leaves the type of a form to the browser', () => {
    const [, , form, files] = BODIES;
    expect(scriptHeaders(headersWith({ A: '1' }, form), form)).toEqual({ A: '1' });
    expect(scriptHeaders(headersWith({ A: '1' }, files), files)).toEqual({ A: '1' });
  });
});

describe('6.5: lines of the form', () => {
  it('are headers, fields and cookies', () => {
    expect(readHeaders('X-A: 1:2\n\n  X-B :\n')).toEqual({ 'X-A': '1:2', 'X-B': '' });
    expect(readFields('a=1=2\nb=\n')).toEqual([
      ['a', '1=2'],
      ['b', ''],
    ]);
    expect(readCookies('session=1')).toEqual([['session', '1']]);
  });

  it.each([
    [readHeaders, 'X-Api-Key', 'Write one header a line, as in "X-Api-Key: 1"; this is not a header: X-Api-Key'],
    [readFields, 'a=1\n =2', 'Write one field a line, as in "name=value"; this is not a field: =2'],
    [readCookies, 'a', 'Write one cookie a line, as in "session=1"; this is not a cookie: a'],
  ])('are rejected with the line: %#', (read, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
