import { readArguments } from '../../../lib/cli/arguments/read-arguments.js';
import { readQuestion } from '../../../lib/cli/explain/command.js';
import { explanationText } from '../../../lib/cli/explain/text.js';
import type { CorsExplanation } from '../../../lib/module/command-port.js';

const blocked: CorsExplanation = {
  request: {
    method: 'PUT',
    url: 'http://localhost/orders/1',
    origin: 'https://evil.example',
    headers: {},
    credentials: true,
  },
  route: {
    handler: 'OrdersController.update',
    methods: ['PUT'],
    path: '/orders/:id',
    params: { id: '1' },
    version: ['2'],
    host: ['api.example'],
  },
  policy: {
    name: 'tenant',
    noCors: false,
    origin: ['https://app.example', 'TenantOrigins'],
    allowedHeaders: 'any',
    exposedHeaders: [],
    credentials: true,
    maxAge: 60,
    enforce: false,
    privateNetwork: false,
    dangerously: [],
  },
  provenance: { origin: 'policies.tenant', maxAge: 'OrdersController.update' },
  sources: { 'OrdersController.update': 'src/orders.controller.ts:12' },
  preflight: {
    asks: { 'Access-Control-Request-Method': 'PUT' },
    status: 204,
    headers: { Vary: 'Origin' },
    passedOn: false,
    granted: false,
    reason: 'origin-not-allowed',
  },
  response: { headers: {}, reason: 'origin-not-allowed' },
  verdict: 'blocked',
  reason: 'origin-not-allowed',
  message: 'Access to fetch has been blocked.',
  summary: 'It is blocked.',
  advice: ['Add the origin.'],
};

const text = (explanation: CorsExplanation): string =>
  explanationText(explanation, { out: () => {}, err: () => {}, columns: undefined, colour: false, env: {} });

describe('an explanation in the terminal', () => {
  it('tells route, policy with the place of each field, preflight, response, verdict, message and advice', () => {
    expect(text(blocked))
      .toBe(`PUT http://localhost/orders/1 from a page of https://evil.example, credentials: 'include'

Route: PUT /orders/:id (id = 1; version 2; host api.example), OrdersController.update
Policy: tenant
  FIELD   VALUE                               WRITTEN AT
  origin  https://app.example, TenantOrigins  policies.tenant
  maxAge  60                                  OrdersController.update (src/orders.controller.ts:12)

Preflight: OPTIONS /orders/1
  > Access-Control-Request-Method: PUT
  < 204
  < Vary: Origin
  refused: origin-not-allowed

Response: PUT /orders/1 (the browser does not get so far)
  < the app's own status
  < (no CORS header)

Blocked (origin-not-allowed)
  It is blocked.

The console of the browser (Chromium):
  Access to fetch has been blocked.

To mend it:
  Add the origin.
`);
  });

  it('tells of a request that no route and no policy reaches', () => {
    const { preflight: _preflight, ...rest } = blocked;
    const lines = text({ ...rest, route: null, policy: null }).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Route: none serves it',
        'Policy: none reaches it',
        'Preflight: none, the browser sends the request at once',
      ]),
    );
  });

  it('tells of a preflight that no policy answers, and of a policy that is only reported', () => {
    const preflight = { ...blocked.preflight!, passedOn: true };
    const shown = text({ ...blocked, preflight, reportOnly: { policy: 'strict', response: 'origin-not-allowed' } });
    expect(shown).toContain('passes on to the app: no policy answers it');
    expect(shown).toContain('strict would refuse it: origin-not-allowed.');
  });

  it('cannot steer the terminal, whatever the question holds', () => {
    const request = { ...blocked.request, url: 'http://localhost/\u009b31m', origin: '\x1b]0;x\x07' };
    expect(text({ ...blocked, request, summary: '\x1b[2J' })).not.toMatch(/[^\x20-\x7e\n]/);
  });

  it('asks the question as it was typed, headers of one name joined', () => {
    const wanted = readArguments([
      ...['explain', 'a.js', '--url', '/a', '--method', 'put', '--origin', 'https://APP.example'],
      ...['--header', 'X-A: 1', '--header', 'x-a: 2', '--header', 'X-B: 3'],
    ]);
    expect(wanted.kind === 'run' && readQuestion(wanted.given)).toEqual({
      url: '/a',
      method: 'put',
      origin: 'https://APP.example',
      headers: { 'X-A': '1, 2', 'X-B': '3' },
      credentials: false,
    });
  });
});
