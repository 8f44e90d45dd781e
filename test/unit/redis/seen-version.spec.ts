import { SeenVersion } from '../../../lib/redis/seen-version.js';
import { OwedAnnouncements } from '../../../lib/redis/owed-announcements.js';

let told: string[];
let seen: SeenVersion;
beforeEach(() => {
  told = [];
  seen = new SeenVersion((allowlist) => told.push(allowlist ?? 'all'));
});
const look = (version: string | null) => seen.look(async () => version);

describe('the version', () => {
  it('that is read first, present or not, means that anything may have changed', async () => {
    await look(null);
    await look(null);
    await look('7');
    await look('7');
    expect(told).toEqual(['all', 'all']);
  });

  it('that a message brings is the next one: its allowlist changed', async () => {
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
  ])('that %s speaks of all', async (_, message) => {
    await look('7');
    seen.hear(message);
    expect(told).toEqual(['all', 'all']);
  });

  it.each(['8', '6', null])('that is read as %p where 7 was heard last tells of missed messages', async (version) => {
    await look('7');
    await look(version);
    await look(version);
    expect(told).toEqual(['all', 'all']);
  });

  it('speaks of all before the first is read: nobody knows what came before', async () => {
    seen.hear('8 partners');
    await look('8');
    expect(told).toEqual(['all']);
  });

  it('that a message overtook is no step back', async () => {
    await look('7');
    let answer!: (version: string) => void;
    const looked = seen.look(() => new Promise((resolve) => (answer = resolve)));
    seen.hear('8 partners');
    answer('7');
    await looked;
    seen.hear('9 partners');
    expect(told).toEqual(['all', 'partners', 'partners']);
  });

  it('that was read before its message came is told by the message, too', async () => {
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

describe('announcements that could not be made', () => {
  const paid = async (owed: OwedAnnouncements): Promise<string[]> => {
    const names: string[] = [];
    await owed.pay(async (name) => void names.push(name ?? 'all'));
    return names;
  };

  it('are made once each', async () => {
    const owed = new OwedAnnouncements();
    ['a', 'b', 'a'].forEach((name) => owed.add(name));
    expect(await paid(owed)).toEqual(['a', 'b']);
    expect(await paid(owed)).toEqual([]);
  });

  it('are one, where all are among them or they are many', async () => {
    const owed = new OwedAnnouncements();
    ['a', undefined, 'b'].forEach((name) => owed.add(name));
    expect(await paid(owed)).toEqual(['all']);
    for (let i = 0; i < 1_000; i++) {
      owed.add(`n${i}`);
    }
    expect(await paid(owed)).toEqual(['all']);
  });

  it('stay owed where the attempt fails', async () => {
    const owed = new OwedAnnouncements();
    owed.add('a');
    await expect(owed.pay(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await paid(owed)).toEqual(['a']);
  });
});
