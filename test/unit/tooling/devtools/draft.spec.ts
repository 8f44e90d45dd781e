import {
  type Draft,
  EMPTY,
  filled,
  isOfThisApp,
  readDraft,
} from '../../../../lib/tooling/devtools/page/panel/draft.js';

const PAGE = 'http://localhost:3000';

describe('6.5: the form of the panel', () => {
  it('is filled with a question, whose other parts begin anew', () => {
    const before = {
      ...EMPTY,
      origin: 'https://shop.example',
      headers: 'X-Old: 1',
      body: 'text',
      text: 'old',
    } as const;
    expect(filled({ method: 'PUT', url: `${PAGE}/orders/1`, headers: { A: '1', B: '2' } }, before, PAGE)).toEqual({
      ...EMPTY,
      method: 'PUT',
      url: '/orders/1',
      origin: 'https://shop.example',
      headers: 'A: 1\nB: 2',
    });
    expect(filled({ url: 'http://other/', origin: 'null', credentials: true }, before, PAGE)).toEqual({
      ...EMPTY,
      url: 'http://other/',
      origin: 'null',
      credentials: true,
    });
    expect(filled({ url: '/chat', webSocket: true, namespace: '/a' }, EMPTY, PAGE)).toMatchObject({
      method: 'WS',
      namespace: '/a',
    });
  });

  it('is read as the question of explain()', () => {
    const draft = { ...EMPTY, method: ' PUT ', url: '/a?b', origin: ' null ', headers: 'X-A: 1', credentials: true };
    expect(readDraft(draft, PAGE)).toEqual({
      question: { method: 'PUT', url: `${PAGE}/a?b`, origin: 'null', headers: { 'X-A': '1' }, credentials: true },
      cookies: [],
      message: '',
    });
    expect(readDraft({ ...EMPTY, url: 'https://other.example' }, PAGE).question).toEqual({
      method: 'GET',
      url: 'https://other.example',
      headers: {},
      credentials: false,
    });
  });

  it('is read as a WebSocket', () => {
    const draft = { ...EMPTY, method: 'WS', url: '/chat', origin: 'null', namespace: '/a', message: 'hi' };
    expect(readDraft(draft, PAGE)).toEqual({
      question: {
        webSocket: true,
        url: 'ws://localhost:3000/chat',
        origin: 'null',
        namespace: '/a',
        credentials: true,
      },
      cookies: [],
      message: 'hi',
    });
  });

  const file = Object.assign(new Blob(['x']), { name: 'a.txt' });
  it.each<[Partial<Draft>, object, string | undefined]>([
    [{ body: 'text', text: 'a' }, { kind: 'text', text: 'a' }, 'text/plain;charset=UTF-8'],
    [{ body: 'json', text: '{"a":1}' }, { kind: 'json', text: '{"a":1}' }, 'application/json'],
    [
      { body: 'form', fields: 'a=1' },
      { kind: 'form', fields: [['a', '1']] },
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
    [
      { body: 'files', fields: 'a=1', file: 'f', files: [file] },
      { kind: 'files', fields: [['a', '1']], files: [{ field: 'f', name: 'a.txt', content: file }] },
      'multipart/form-data',
    ],
  ])('has a body whose type is in the question: %j', (part, body, type) => {
    const read = readDraft({ ...EMPTY, method: 'POST', ...part }, PAGE);
    expect(read.body).toEqual(body);
    expect(read.question.headers).toEqual({ 'Content-Type': type });
  });

  it.each<[string, Partial<Draft>, RegExp]>([
    ['url', { url: 'orders/1' }, /^Write a path of this app/],
    ['url', { url: '//' }, /^Write a path of this app/],
    ['headers', { headers: 'X-A' }, /this is not a header: X-A$/],
    ['text', { method: 'POST', body: 'json', text: '{' }, /^This is not JSON: /],
    ['fields', { method: 'POST', body: 'form', fields: 'a' }, /this is not a field: a$/],
    ['cookies', { cookies: 'a' }, /this is not a cookie: a$/],
    ['body', { method: 'get', body: 'text' }, /^A page sends no body with GET/],
  ])('says at the field %s what cannot be read: %j', (field, part, message) => {
    expect(() => readDraft({ ...EMPTY, ...part }, PAGE)).toThrow(
      expect.objectContaining({ field, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['http://localhost:3000/a', true],
    ['ws://localhost:3000/a', true],
    ['ws://localhost:4000/a', true],
    ['http://localhost:5000/a', false],
    ['http://127.0.0.1:3000/a', false],
    ['ws://127.0.0.1:4000/a', false],
    ['https://localhost:3000/a', false],
  ])('knows whether an address is of the app: %s', (url, is) => {
    expect(isOfThisApp(url, PAGE, [undefined, 4000])).toBe(is);
  });
});
