import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { buildQuickstart, runQuickstart, START_TIMEOUT_MS, startQuickstart } from './quickstart-process.js';

beforeAll(() => buildQuickstart(), START_TIMEOUT_MS);

describe('the quickstart, once', () => {
  let lines: string[];

  beforeAll(async () => {
    const { code, stdout, stderr } = await runQuickstart(['--once']);
    expect({ code, stderr, difference: /NOT.AS.EXPECTED.*/i.exec(stdout)?.[0] }).toEqual({ code: 0, stderr: '' });
    lines = stdout.split('\n');
  }, START_TIMEOUT_MS);

  /** The three lines after the first line that contains all parts, as one text. */
  const below = (...parts: string[]): string => {
    const index = lines.findIndex((line) => parts.every((part) => line.includes(part)));
    const next = lines.slice(index + 1, index + 4).map((line) => line.trim());
    return next.join(' ');
  };

  it('shows the routes with their effective policies', () => {
    expect(lines).toContainEqual(
      expect.stringMatching(/GET +\/catalogue +CatalogueController\.list +public +\* +no +maxAge 600 s/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/PUT +\/orders\/:id +OrdersController\.change +partner .* yes +enforced/),
    );
    expect(below('OrdersController.change')).toMatch(/^maxAge 60 s, own DELETE .* enforced without DELETE/);
    expect(lines).toContainEqual(
      expect.stringMatching(/GET +\/admin\/sales +AdminController\.sales +@NoCors\(\) +none/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/GET +\/storefront +StorefrontController\.greet +tenant +TenantOrigins/),
    );
  });

  it('shows each caller with its origin', () => {
    for (const who of ["the shop's own front end", 'a tenant, the tea house', 'a stranger']) {
      expect(lines).toContainEqual(expect.stringMatching(`^As ${who} +http://localhost:\\d+$`));
    }
  });

  it('shows what each page sees, and why', () => {
    expect(below('blocked', 'Cancel the order', 'OPTIONS 204', 'not sent')).toContain(
      'The methods of "partner" leave DELETE out. ' +
        'Chromium: Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.',
    );
    expect(below('blocked', 'with a debug header')).toContain('Chromium: Request header field x-debug is not allowed');
    expect(below('sees 200', "Read the customer's orders")).toContain('"product":"tea"');
    expect(below('sees 404', 'Ask for an unknown product')).toContain('does not sell');
    expect(below('sees 200', 'Read the catalogue')).toContain('may read content-length, content-type, x-total-count');
    expect(below('The operator admits the stranger')).toMatch(
      /^POST http:\/\/localhost:\d+\/admin\/tenants .* sees 200/,
    );
  });

  it('ends with the verdicts on one screen', () => {
    expect(lines).toContainEqual(expect.stringMatching(/Read the customer's orders +200 +blocked +blocked/));
    expect(lines).toContainEqual(expect.stringMatching(/All \d+ verdicts are as expected/));
  });

  it('fits a terminal, and writes no colours into a pipe', () => {
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(lines.join()).not.toContain('\u001b');
  });
});

describe('the quickstart', () => {
  it(
    'exits with 1 and shows the differences if a verdict is not as expected',
    async () => {
      const { code, stdout } = await runQuickstart(['--once'], { PARTNER_ORIGINS: 'https://elsewhere.example' });

      expect(code).toBe(1);
      expect(stdout).toContain('orders as shop: expected 200, got missing-allow-origin');
    },
    START_TIMEOUT_MS,
  );

  it(
    'uses other ports if its ports are taken',
    async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      try {
        const { code, stdout } = await runQuickstart(['--once', '--json'], { PORT: String(port) });

        expect(code).toBe(0);
        expect(JSON.parse(stdout).addresses.api).not.toContain(`:${port}`);
      } finally {
        other.close();
      }
    },
    START_TIMEOUT_MS,
  );

  it(
    'rejects unknown arguments',
    async () => {
      expect(await runQuickstart(['--twice'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--twice') });
      expect(await runQuickstart([], { PORT: 'http' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('PORT'),
      });
    },
    START_TIMEOUT_MS,
  );

  it(
    'keeps running after the report, until a signal ends it',
    async () => {
      const quickstart = await startQuickstart();
      try {
        for (const origin of Object.values(quickstart.addresses.pages)) {
          expect((await fetch(origin)).status).toBe(200);
          expect((await fetch(`${origin}/page.json`)).status).toBe(200);
          expect((await fetch(`${origin}/%2e%2e/src/main.ts`)).status).toBe(404);
        }
      } finally {
        expect(await quickstart.close()).toBe(0);
      }
    },
    START_TIMEOUT_MS,
  );
});
