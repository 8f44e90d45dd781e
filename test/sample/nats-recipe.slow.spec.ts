import { NatsFeed } from '../../sample/recipes/src/nats-feed.js';
import { SmallNatsClient } from '../support/nats-client.js';
import { describeWith } from '../support/services.js';
import { until } from '../support/until.js';

describeWith('nats', 'the feed over NATS JetStream', (url) => {
  const stream = `CORS_TEST_${process.pid}`;
  const clients: SmallNatsClient[] = [];
  const connect = async (): Promise<SmallNatsClient> => {
    const client = await SmallNatsClient.connect(url);
    clients.push(client);
    return client;
  };
  afterAll(async () => {
    const [client = await connect()] = clients;
    await client.request(`$JS.API.STREAM.DELETE.${stream}`, '', { timeout: 2_000 });
    clients.forEach((each) => each.close());
  });

  it('reports a change to every instance, and at once to the instance that made it', async () => {
    const [writer, other] = [new NatsFeed(await connect(), stream), new NatsFeed(await connect(), stream)];
    const heard: string[] = [];
    const note = (who: string) => (reason?: string) =>
      void heard.push(`${who}${reason === undefined ? '' : ' perhaps'}`);
    const ends = [
      writer.watch(note('writer'), 'list'),
      other.watch(note('other'), 'list'),
      other.watch(note('elsewhere'), 'other list'),
    ];
    // Without a stream, the feed cannot know whether it missed a message.
    await until(async () => heard.includes('other perhaps'), 5_000);
    heard.length = 0;
    await writer.announce('list');
    expect(heard[0]).toBe('writer perhaps');
    await until(async () => heard.includes('other'), 5_000);
    expect(heard).not.toContain('elsewhere');
    ends.forEach((end) => end());
  }, 20_000);

  it('makes an instance that missed a message check its list', async () => {
    const [writer, other] = [new NatsFeed(await connect(), stream), new NatsFeed(await connect(), stream)];
    let looks = 0;
    const endFirst = other.watch(() => void looks++, 'list');
    await until(async () => looks > 0, 5_000);
    endFirst();
    await writer.announce('list');
    const before = looks;
    const end = other.watch(() => void looks++, 'list');
    await until(async () => looks > before, 5_000);
    end();
  }, 20_000);

  it('rejects if NATS does not answer', async () => {
    const client = await connect();
    const feed = new NatsFeed(client, stream);
    client.close();
    await expect(feed.announce('list')).rejects.toThrow('TIMEOUT');
  }, 20_000);
});
