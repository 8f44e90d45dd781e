import { getEventListeners } from 'node:events';
import { jest } from '@jest/globals';
import { FeedLink, type FeedConnection } from '../../../../lib/providers/feed/feed-link.js';
import { RecordingLog } from '../fakes.js';

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A server for a link. The test sets the result of each attempt to connect. */
class Server {
  readonly attempts: number[] = [];
  readonly log = new RecordingLog();
  missed = 0;
  open = 0;
  checks = 0;
  accept: () => Promise<void> = async () => undefined;
  check: () => Promise<void> = async () => undefined;
  close: () => Promise<void> = async () => undefined;
  tell: () => void = () => undefined;
  signal: AbortSignal | undefined;
  drop: (error?: unknown) => void = () => undefined;
  readonly link = new FeedLink({
    label: 'Feed',
    log: this.log,
    times: { checkMs: 10_000, checkTimeoutMs: 2_000, connectTimeoutMs: 5_000 },
    missed: () => {
      this.missed++;
      this.tell();
    },
    connect: async (lost, signal): Promise<FeedConnection> => {
      this.attempts.push(performance.now());
      this.signal = signal;
      await this.accept();
      signal.throwIfAborted();
      this.open++;
      this.drop = (error = new Error('gone')) => lost(error);
      return {
        check: () => {
          this.checks++;
          return this.check();
        },
        close: async () => {
          await this.close();
          this.open--;
        },
      };
    },
  });

  /** The times between the attempts. */
  get pauses(): number[] {
    return this.attempts.slice(1).map((time, index) => time - this.attempts[index]!);
  }
}

const refuse = () => Promise.reject(new Error('refused'));
const never = () => new Promise<void>(() => undefined);
const after = (ms: number) => jest.advanceTimersByTimeAsync(ms);

it('connects once, and checks the connection every checkMs', async () => {
  const server = new Server();
  server.link.start();
  server.link.start();
  await after(35_000);
  expect([server.attempts.length, server.open, server.checks, server.missed]).toEqual([1, 1, 3, 0]);
  expect(server.log.lines).toEqual([]);
});

it('checks up to a fifth earlier, at random', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.999);
  const server = new Server();
  server.link.start();
  await after(8_100);
  expect(server.checks).toBe(1);
});

it('tries again after 250 ms, doubling up to 5 s, makes its watchers reload each time, and logs it once', async () => {
  const server = new Server();
  server.accept = refuse;
  server.link.start();
  await after(20_000);
  expect(server.pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(server.missed).toBe(server.attempts.length);
  expect(server.log.lines).toEqual([
    'error Feed: not connected: "Error: refused"; changes are found by looking for them while it tries again',
  ]);
});

it('connects again when the connection is lost, and logs it after the first answer', async () => {
  const server = new Server();
  server.link.start();
  await after(60_000);
  server.drop();
  await after(251);
  expect([server.attempts.length, server.open, server.missed]).toEqual([2, 1, 1]);
  expect(server.log.lines).toHaveLength(1);
  await after(10_000);
  expect(server.log.lines[1]).toBe('log Feed: connected again');
});

it('waits 250 ms again after a connection that was alive for a while', async () => {
  const server = new Server();
  server.accept = refuse;
  server.link.start();
  await after(20_000);
  server.accept = async () => undefined;
  await after(60_000);
  const before = server.attempts.length;
  server.drop();
  await after(251);
  expect(server.attempts).toHaveLength(before + 1);
});

it('connects again though the lost connection does not close', async () => {
  const server = new Server();
  server.close = never;
  server.link.start();
  await after(1);
  server.drop();
  await after(251);
  expect(server.attempts).toHaveLength(2);
});

it('keeps nothing of past checks', async () => {
  const server = new Server();
  server.link.start();
  await after(1_000_000);
  expect(server.checks).toBe(100);
  expect(getEventListeners(server.signal!, 'abort').length).toBeLessThan(3);
});

it('gives up a connection that does not answer within checkTimeoutMs', async () => {
  const server = new Server();
  server.link.start();
  await after(1);
  server.check = never;
  await after(12_000);
  expect([server.missed, server.open]).toEqual([1, 0]);
  expect(server.log.lines).toEqual([
    'error Feed: not connected: no answer within 2000 ms; changes are found by looking for them while it tries again',
  ]);
  await after(251);
  expect(server.open).toBe(1);
});

it('gives up an attempt to connect after connectTimeoutMs', async () => {
  const server = new Server();
  server.accept = never;
  server.link.start();
  await after(5_251);
  expect(server.attempts).toHaveLength(2);
  expect(server.log.lines).toEqual([
    'error Feed: not connected: no connection within 5000 ms; changes are found by looking for them while it tries again',
  ]);
});

it('writes one line for a server that drops each connection at once, and does not connect more often', async () => {
  const server = new Server();
  server.accept = async () => {
    setTimeout(() => server.drop(), 1);
  };
  server.link.start();
  await after(60_000);
  expect(server.log.lines).toHaveLength(1);
  expect(server.attempts.length).toBeLessThan(20);
});

describe('stop()', () => {
  it('closes the connection, and connects no more', async () => {
    const server = new Server();
    server.link.start();
    await after(1);
    await server.link.stop();
    expect(server.open).toBe(0);
    await after(60_000);
    expect([server.attempts.length, server.missed]).toEqual([1, 0]);
    expect(server.log.lines).toEqual([]);
  });

  it.each([
    ['in the midst of an attempt', never],
    ['between two', refuse],
  ])('%s ends it', async (_, accept) => {
    const server = new Server();
    server.accept = accept;
    server.link.start();
    await after(1);
    await server.link.stop();
    await after(60_000);
    expect(server.attempts).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits until the connection is closed', async () => {
    const server = new Server();
    server.close = () => new Promise((resolve) => setTimeout(resolve, 500));
    server.link.start();
    await after(1);
    const stopped = jest.fn();
    void server.link.stop().then(stopped);
    await after(499);
    expect(stopped).not.toHaveBeenCalled();
    await after(1);
    expect(stopped).toHaveBeenCalled();
  });

  it('may be called by who hears that messages are missed', async () => {
    const server = new Server();
    server.accept = refuse;
    const stopped = jest.fn();
    server.tell = () => void server.link.stop().then(stopped);
    server.link.start();
    await after(0);
    expect(stopped).toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('before start, and twice, does nothing', async () => {
    const server = new Server();
    await server.link.stop();
    await server.link.stop();
    server.link.start();
    await after(1);
    expect(server.attempts).toHaveLength(0);
  });
});
