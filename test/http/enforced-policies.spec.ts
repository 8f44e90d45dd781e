import { Body, Controller, Get, Param, Post, Put, Scope } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { ask } from '../support/raw-http.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

const ran: string[] = [];
beforeEach(() => ran.splice(0));
afterEach(closeApps);

@Controller('e')
@CorsPolicy({ origin: APP, enforce: true })
class EnforcedController {
  @Post(':id')
  post(@Param('id') id: string, @Body() _body: unknown): string {
    ran.push('handler');
    return id;
  }
  @Get('refined')
  @CorsPolicy({ origin: [APP, STRANGER] })
  refined(): string {
    return 'refined';
  }
  @Get('read-only')
  @CorsPolicy({ methods: ['GET'] })
  readOnly(): string {
    return 'read-only';
  }
  @Put('read-only')
  @CorsPolicy({ methods: ['GET'] })
  write(): string {
    return 'written';
  }
}

@Controller('hidden')
@CorsPolicy({ origin: APP })
class HiddenController {
  @Get()
  get(): string {
    return 'hidden';
  }
  @Get('enforced')
  @CorsPolicy({ enforce: true })
  enforced(): string {
    return 'enforced';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
@CorsPolicy({ origin: '*', methods: ['GET'], enforce: true })
class OpenController {
  @Get()
  get(): string {
    return 'open';
  }
  @Post()
  post(): string {
    return 'posted';
  }
}

describe.each(PLATFORMS)('what an enforced policy refuses, on %s', (platform) => {
  const controllers = [EnforcedController, HiddenController, OpenController];
  test('3.6: a handler refines the enforced policy of its controller', async () => {
    const app = await startApp({ controllers }, platform);
    const status = async (line: string, origin = STRANGER) => (await ask(app, line, `Origin: ${origin}`)).status;
    expect(await status('GET /e/refined')).toBe(200);
    expect(await status('GET /e/refined', 'https://third.example')).toBe(403);
    expect(await status('GET /hidden')).toBe(200);
    expect(await status('GET /hidden/enforced')).toBe(403);
    expect(await status('GET /hidden/enforced', APP)).toBe(200);
    expect(await status('HEAD /hidden/enforced')).toBe(403);
  });

  test('3.6: a method that is not in the policy is refused for every origin, and GET includes HEAD', async () => {
    const app = await startApp({ controllers }, platform);
    const status = async (line: string, ...fields: string[]) => (await ask(app, line, ...fields)).status;
    expect(await status('GET /e/read-only', `Origin: ${APP}`)).toBe(200);
    expect(await status('HEAD /e/read-only', `Origin: ${APP}`)).toBe(200);
    expect(await status('PUT /e/read-only', `Origin: ${APP}`)).toBe(403);
    expect(await status('PUT /e/read-only')).toBe(200);
    expect(await status('GET /scoped', `Origin: ${STRANGER}`)).toBe(200);
    expect(await status('POST /scoped', `Origin: ${STRANGER}`, 'Content-Length: 0')).toBe(403);
    expect(await status('POST /scoped', 'Content-Length: 0')).toBe(201);
  });

  test.each([
    ['null', 'Origin: null'],
    ['an empty one', 'Origin:'],
    ['two of them', `Origin: ${APP}\r\nOrigin: ${APP}`],
    ['two in one field', `Origin: ${APP}, ${APP}`],
    ['one with a path', `Origin: ${APP}/`],
    ['one in another case', 'Origin: https://APP.example'],
    ['one that is no origin', 'Origin: app.example'],
  ])('3.6: an Origin that the policy does not allow is refused: %s', async (_title, field) => {
    const app = await startApp({ controllers }, platform);
    const response = await ask(app, 'POST /e/1', field, 'Content-Length: 0');
    expect([response.status, response.cors(), response.all('vary')]).toEqual([403, {}, ['Origin, Sec-Fetch-Site']]);
    expect(ran).toEqual([]);
  });
});
