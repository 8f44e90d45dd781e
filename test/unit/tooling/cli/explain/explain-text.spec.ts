import { booleanFields } from '../../../../../lib/core/policy/boolean-fields.js';
import { readArguments } from '../../../../../lib/tooling/cli/arguments/read-arguments.js';
import { readQuestion } from '../../../../../lib/tooling/cli/explain/command.js';
import { explanationText } from '../../../../../lib/tooling/cli/explain/text.js';
import type { CorsExplanation } from '../../../../../lib/nest/command-port.js';

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
    ...booleanFields((field) => field === 'credentials'),
    maxAge: 60,
    enforce: false,
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

const text = (explanation: CorsExplanation, columns?: number): string =>
  explanationText(explanation, { out: () => {}, err: () => {}, columns, colour: false, env: {} });

describe('an explanation in the terminal', () => {
  it('shows route, policy with the place of each field, preflight, response, verdict, message and advice', () => {
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

To fix it:
  Add the origin.
`);
  });

  it.each([60, 80])('fits %i columns: records instead of columns, and nothing is cut', (columns) => {
    const origin = ['https://app.example', 'https://*.partner.example', 'https://other.example', 'TenantOrigins'];
    const shown = text({ ...blocked, policy: { ...blocked.policy!, origin } }, columns);
    expect(shown.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(shown).not.toContain('…');
    const words = shown.replaceAll(/\s+/g, ' ');
    expect(words).toContain(`origin ${origin.join(', ')} Written at policies.tenant`);
    expect(words).toContain('maxAge 60 Written at OrdersController.update (src/orders.controller.ts:12)');
    expect(words).toContain(
      "PUT http://localhost/orders/1 from a page of https://evil.example, credentials: 'include'",
    );
    expect(words).toContain('Route: PUT /orders/:id (id = 1; version 2; host api.example), OrdersController.update');
  });

  it('shows a request without a route and a policy', () => {
    const { preflight: _preflight, ...rest } = blocked;
    const lines = text({ ...rest, route: null, policy: null }).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Route: no route serves it',
        'Policy: no policy reaches it',
        'Preflight: none, the browser sends the request at once',
      ]),
    );
  });

  it('shows a preflight that no policy answers, and a reportOnly policy', () => {
    const preflight = { ...blocked.preflight!, passedOn: true };
    const shown = text({ ...blocked, preflight, reportOnly: { policy: 'strict', response: 'origin-not-allowed' } });
    expect(shown).toContain('passes on to the app: no policy answers it');
    expect(shown).toContain('strict would refuse it: origin-not-allowed.');
  });

  it('cannot control the terminal, whatever the question contains', () => {
    const request = { ...blocked.request, url: 'http://localhost/\u009b31m', origin: '\x1b]0;x\x07' };
    expect(text({ ...blocked, request, summary: '\x1b[2J' })).not.toMatch(/[^\x20-\x7e\n]/);
  });

  it('shows the question as it was typed, with headers of one name joined', () => {
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
