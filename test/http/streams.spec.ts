import { Controller, Get, Sse, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { concat, of, throwError } from 'rxjs';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { exchange, rawHead, varyOf } from '../support/raw-http.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';
const GRANTED = { 'access-control-allow-origin': APP };

afterEach(closeApps);

@Controller('streams')
@CorsPolicy({ origin: APP })
class StreamsController {
  @Get('failing-at-once')
  failingAtOnce(): StreamableFile {
    const stream = new Readable({
      read() {
        this.destroy(new Error('no such file'));
      },
    });
    return new StreamableFile(stream);
  }
  @Get('failing-later')
  failingLater(): StreamableFile {
    let sent = false;
    const stream = new Readable({
      read() {
        if (sent) {
          setTimeout(() => this.destroy(new Error('the disk is gone')), 20);
        } else {
          sent = true;
          this.push('first part');
        }
      },
    });
    return new StreamableFile(stream);
  }
  @Get('typed')
  typed(): StreamableFile {
    return new StreamableFile(Buffer.from('typed'), { type: 'text/csv', disposition: 'attachment' });
  }
  @Sse('events')
  events() {
    return concat(
      of({ data: 'one' }),
      throwError(() => new Error('the source failed')),
    );
  }
}

describe.each(PLATFORMS)('responses that are streams, on %s', (platform) => {
  test.each([
    ['/streams/failing-at-once', [400, 500]],
    ['/streams/failing-later', [200]],
    ['/streams/typed', [200]],
    ['/streams/events', [200]],
  ])('3.5: the CORS headers are on %s', async (path, statuses) => {
    const app = await startApp({ controllers: [StreamsController] }, platform);
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
    ] as const) {
      // Nest leaves an event stream open after an error, so the test reads only the data received so far.
      const [response] = await exchange(app.port, rawHead(`GET ${path} HTTP/1.1`, [`Origin: ${origin}`]), 400);
      expect(statuses).toContain(response!.status);
      expect([response!.cors(), varyOf(response!)]).toEqual([expected, ['origin']]);
    }
  });
});
