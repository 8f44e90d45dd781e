import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { DecisionContent } from '../../../../lib/tooling/devtools/live/decision-event.js';
import { DecisionStreams, type StreamBounds } from '../../../../lib/tooling/devtools/live/decision-streams.js';
import { RecentDecisions } from '../../../../lib/tooling/devtools/live/recent-decisions.js';

const CONTENT: DecisionContent = {
  method: 'GET',
  url: '/orders',
  preflight: false,
  allowed: true,
  reason: 'no-origin',
  credentials: false,
  headers: [],
};
const REQUEST = { headers: {} } as IncomingMessage;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A response whose client takes what it is told to. */
function responseOf(): PassThrough & { readonly asResponse: ServerResponse } {
  const stream = new PassThrough({ highWaterMark: 0 });
  return Object.assign(stream, { asResponse: stream as unknown as ServerResponse });
}

describe('a stream of decisions', () => {
  let streams: DecisionStreams | undefined;
  afterEach(() => streams?.close());

  const open = (
    bounds: Partial<StreamBounds>,
  ): { recent: RecentDecisions; response: ReturnType<typeof responseOf>; streams: DecisionStreams } => {
    const recent = new RecentDecisions();
    const response = responseOf();
    response.on('error', () => {});
    streams = new DecisionStreams('run', recent, { everyMs: 5, ...bounds });
    streams.open(REQUEST, response.asResponse);
    return { recent, response, streams };
  };

  it('keeps nothing for a client that does not read, and cuts it off', async () => {
    const { recent, response } = open({ slowMs: 500 });
    const before = response.writableLength + response.readableLength;
    for (let i = 0; i < 10_000; i++) {
      recent.note(CONTENT);
    }
    await pause(30);

    expect(response.writableLength + response.readableLength).toBe(before);
    expect(response.destroyed).toBe(false);
    await pause(700);
    expect(response.destroyed).toBe(true);
  });

  it('gives a client that reads again the newest decisions', async () => {
    const { recent, response } = open({ slowMs: 10_000 });
    for (let i = 0; i < 1_000; i++) {
      recent.note(CONTENT);
    }
    await pause(20);
    let text = '';
    response.on('data', (part: Buffer) => (text += part.toString()));
    await pause(50);

    const messages = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as { leftOut: number });
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatchObject({ leftOut: 950 });
  });

  it('sends a comment when there is nothing to say', async () => {
    const { response } = open({ quietMs: 10 });
    let text = '';
    response.on('data', (part: Buffer) => (text += part.toString()));
    await pause(60);

    expect(text).toContain('\n\n:\n\n');
  });

  it('is refused beside too many others, and while the app closes', () => {
    const { response, streams: all } = open({ streams: 2 });
    expect(all.hasRoom).toBe(true);
    all.open(REQUEST, responseOf().asResponse);
    expect(all.hasRoom).toBe(false);

    response.destroy();
    all.close();
    expect(all.hasRoom).toBe(false);
  });

  it('does not begin for a client that has left', async () => {
    const { streams: all } = open({ streams: 2 });
    const left = responseOf();
    left.destroy();
    await pause(5);
    all.open(REQUEST, left.asResponse);
    all.open(REQUEST, Object.assign(responseOf(), { stream: left }).asResponse);

    expect(all.hasRoom).toBe(true);
  });

  it('ends with the app, whether or not its client reads', async () => {
    const { response, streams: all } = open({});
    const reading = responseOf().resume();
    all.open(REQUEST, reading.asResponse);
    await pause(10);
    all.close();
    await pause(10);

    expect(response.destroyed).toBe(true);
    expect(reading.writableEnded).toBe(true);
  });
});
