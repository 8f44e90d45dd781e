import { Controller, Get } from '@nestjs/common';
import type { Express } from 'express';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { ask, rawRequest } from '../support/raw-http.js';

const STRANGER = 'https://stranger.example';

afterEach(closeApps);

@Controller('hidden')
@CorsPolicy({ origin: 'https://app.example', enforce: true })
class HiddenController {
  @Get('enforced')
  enforced(): string {
    return 'enforced';
  }
}

describe.each(PLATFORMS)('the own origin of a request, on %s', (platform) => {
  test.each<[string, string, string[], number]>([
    ['its own host', 'http://api.example', ['Host: api.example'], 200],
    ['its own host in another case', 'http://api.example', ['Host: API.example'], 200],
    ['its own port', 'http://api.example:3000', ['Host: api.example:3000'], 200],
    ['the default port', 'http://api.example', ['Host: api.example:80'], 200],
    ['an IPv6 address', 'http://[::1]', ['Host: [::1]'], 200],
    ['an IPv6 address and port', 'http://[::1]:3000', ['Host: [::1]:3000'], 200],
    ['an IPv6 address and default port', 'http://[::1]', ['Host: [::1]:80'], 200],
    ['another scheme', 'https://api.example', ['Host: api.example'], 403],
    ['another port', 'http://api.example:81', ['Host: api.example'], 403],
    ['the other scheme’s default port', 'http://api.example', ['Host: api.example:443'], 403],
    ['a subdomain', 'http://a.api.example', ['Host: api.example'], 403],
    ['the host inside another', 'http://api.example.evil.test', ['Host: api.example'], 403],
    ['user info', 'http://api.example@evil.test', ['Host: api.example'], 403],
    ['a forwarded host that is not trusted', 'http://evil.test', ['Host: a', 'X-Forwarded-Host: evil.test'], 403],
    ['a forwarded scheme that is not trusted', 'https://a', ['Host: a', 'X-Forwarded-Proto: https'], 403],
    [
      'its own host, but called cross-site',
      'http://api.example',
      ['Host: api.example', 'Sec-Fetch-Site: cross-site'],
      403,
    ],
    [
      'its own host, but called same-site',
      'http://api.example',
      ['Host: api.example', 'Sec-Fetch-Site: same-site'],
      403,
    ],
    ['an empty Sec-Fetch-Site', STRANGER, ['Sec-Fetch-Site:'], 403],
    ['Sec-Fetch-Site in another case', STRANGER, ['Sec-Fetch-Site: Same-Origin'], 403],
    ['Sec-Fetch-Site twice', STRANGER, ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'], 403],
  ])('3.6: compares Origin with the request’s own origin: %s', async (_title, origin, fields, status) => {
    const app = await startApp({ controllers: [HiddenController] }, platform);
    expect((await ask(app, 'GET /hidden/enforced', `Origin: ${origin}`, ...fields)).status).toBe(status);
  });
});

describe('the own origin of a request behind a proxy that Express trusts', () => {
  const start = (): Promise<TestApp> =>
    startApp({
      controllers: [HiddenController],
      setUp: (nest) => void (nest.getHttpAdapter().getInstance() as Express).set('trust proxy', true),
    });

  test.each<[string, string, string[], number]>([
    ['scheme and host', 'https://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example'], 200],
    ['the default port', 'https://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example:443'], 200],
    ['a port', 'https://api.example:8443', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example:8443'], 200],
    ['the scheme alone', 'https://internal', ['X-Forwarded-Proto: https', 'Host: internal'], 200],
    ['the wrong scheme', 'http://api.example', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example'], 403],
    ['the internal host', 'http://internal', ['X-Forwarded-Host: api.example', 'Host: internal'], 403],
    ['a list of hosts', 'http://api.example', ['X-Forwarded-Host: api.example, internal'], 200],
  ])('3.6: the request’s own origin is the one that the proxy reports: %s', async (_title, origin, fields, status) => {
    const app = await start();
    const response = await rawRequest(app.port, 'GET /hidden/enforced HTTP/1.1', [`Origin: ${origin}`, ...fields]);
    expect(response.status).toBe(status);
  });
});
