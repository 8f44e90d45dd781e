import { OwedAnnouncements } from '../../../../lib/integrations/redis/owed-announcements.js';

describe('announcements that failed', () => {
  const paid = async (owed: OwedAnnouncements): Promise<string[]> => {
    const names: string[] = [];
    await owed.pay(async (name) => void names.push(name ?? 'all'));
    return names;
  };

  it('are repeated once each', async () => {
    const owed = new OwedAnnouncements();
    ['a', 'b', 'a'].forEach((name) => owed.add(name));
    expect(await paid(owed)).toEqual(['a', 'b']);
    expect(await paid(owed)).toEqual([]);
  });

  it('become one for all lists if one of them is for all or if there are many', async () => {
    const owed = new OwedAnnouncements();
    ['a', undefined, 'b'].forEach((name) => owed.add(name));
    expect(await paid(owed)).toEqual(['all']);
    for (let i = 0; i < 1_000; i++) {
      owed.add(`n${i}`);
    }
    expect(await paid(owed)).toEqual(['all']);
  });

  it('are kept if the attempt fails', async () => {
    const owed = new OwedAnnouncements();
    owed.add('a');
    await expect(owed.pay(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await paid(owed)).toEqual(['a']);
  });
});
