import { SeenVersion } from '../../../../lib/integrations/redis/seen-version.js';

let told: string[];
let seen: SeenVersion;
beforeEach(() => {
  told = [];
  seen = new SeenVersion((allowlist) => told.push(allowlist ?? 'all'));
});
const look = (version: string | null) => seen.look(async () => version);

describe('the version', () => {
  it('that is read first, present or not, means that every list may have changed', async () => {
    await look(null);
    await look(null);
    await look('7');
    await look('7');
    expect(told).toEqual(['all', 'all']);
  });

  it('from a message is the next one: its allowlist changed', async () => {
    await look('7');
    seen.hear('8 partners');
    seen.hear('9 ');
    seen.hear('10 with spaces\nand lines');
    await look('10');
    expect(told).toEqual(['all', 'partners', 'all', 'with spaces\nand lines']);
  });

  it.each([
    ['is not the next one', '9 partners'],
    ['went back', '3 partners'],
    ['is no number', 'hello'],
    ['is too long for one', '99999999999999999 partners'],
    ['has no name after it', '8'],
  ])('that %s means all lists', async (_, message) => {
    await look('7');
    seen.hear(message);
    expect(told).toEqual(['all', 'all']);
  });

  it.each(['8', '6', null])('that is read as %p after 7 shows that messages were missed', async (version) => {
    await look('7');
    await look(version);
    await look(version);
    expect(told).toEqual(['all', 'all']);
  });

  it('means all lists before the first is read: earlier messages are unknown', async () => {
    seen.hear('8 partners');
    await look('8');
    expect(told).toEqual(['all']);
  });

  it('that is read after a newer message does not go back', async () => {
    await look('7');
    let answer!: (version: string) => void;
    const looked = seen.look(() => new Promise((resolve) => (answer = resolve)));
    seen.hear('8 partners');
    answer('7');
    await looked;
    seen.hear('9 partners');
    expect(told).toEqual(['all', 'partners', 'partners']);
  });

  it('that was read before its message is reported for the message too', async () => {
    await look('7');
    await look('8');
    seen.hear('8 partners');
    seen.hear('9 partners');
    expect(told).toEqual(['all', 'all', 'partners', 'partners']);
  });

  it('that cannot be read changes nothing', async () => {
    await look('7');
    await expect(seen.look(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await look('7');
    expect(told).toEqual(['all']);
  });
});
