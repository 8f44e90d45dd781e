import { rejectionOf } from '../../../../lib/tooling/devtools/page/tester/document-rejection.js';

const APP = 'http://localhost:3000';
const ERROR = new TypeError('Failed to fetch');

describe('6.5: what the document of the tester rejects', () => {
  it('was redirected where it is of the app', () => {
    const rejection = rejectionOf(ERROR, `${APP}/login`, APP);

    expect(rejection).toEqual({ error: 'TypeError: Failed to fetch', redirected: true });
  });

  it.each(['http://localhost:3001/', 'http://127.0.0.1:3000/', 'https://localhost:3000/'])(
    'was not sent where it is of another origin: %s',
    (url) => expect(rejectionOf(ERROR, url, APP)).toEqual({ error: 'TypeError: Failed to fetch', sent: false }),
  );
});
