import { Controller, Get } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { exchange, rawHead, varyOf } from '../support/raw-http.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';
const GRANTED = { 'access-control-allow-origin': APP };

afterEach(closeApps);

describe.each(PLATFORMS)('pipelined requests, on %s', (platform) => {
  test('3.5: pipelined requests are answered in order, each for its own origin', async () => {
    @Controller('p')
    class PipelinedController {
      @Get('slow')
      @CorsPolicy({
        origin: async (origin) => {
          await new Promise((resolve) => setTimeout(resolve, 40));
          return origin === APP;
        },
      })
      slow(): string {
        return 'slow';
      }
      @Get('fast')
      @CorsPolicy({ origin: OTHER })
      fast(): string {
        return 'fast';
      }
      @Get('open')
      @CorsPolicy({ origin: '*' })
      open(): string {
        return 'open';
      }
      @Get('bare')
      bare(): string {
        return 'bare';
      }
    }
    const app = await startApp({ controllers: [PipelinedController] }, platform);
    const keep = 'Connection: keep-alive';
    const responses = await exchange(
      app.port,
      rawHead('GET /p/slow HTTP/1.1', [`Origin: ${APP}`, keep]) +
        rawHead('GET /p/fast HTTP/1.1', [`Origin: ${OTHER}`, keep]) +
        rawHead('OPTIONS /p/fast HTTP/1.1', [`Origin: ${OTHER}`, 'Access-Control-Request-Method: GET', keep]) +
        rawHead('GET /p/slow HTTP/1.1', [`Origin: ${STRANGER}`, keep]) +
        rawHead('GET /p/open HTTP/1.1', [`Origin: ${STRANGER}`, keep]) +
        rawHead('GET /p/bare HTTP/1.1', [`Origin: ${APP}`, keep]) +
        rawHead('GET /p/fast HTTP/1.1', [`Origin: ${APP}`]),
    );
    expect(responses.map((response) => [response.body, response.cors(), varyOf(response)])).toEqual([
      ['slow', GRANTED, ['origin']],
      ['fast', { 'access-control-allow-origin': OTHER }, ['origin']],
      [
        '',
        { 'access-control-allow-origin': OTHER, 'access-control-allow-methods': 'GET, HEAD' },
        ['origin', 'access-control-request-method', 'access-control-request-headers'],
      ],
      ['slow', {}, ['origin']],
      ['open', { 'access-control-allow-origin': '*' }, []],
      ['bare', {}, []],
      ['fast', {}, ['origin']],
    ]);
  });
});
