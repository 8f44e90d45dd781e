import { inTurn } from '../../../../lib/tooling/devtools/page/app/in-turn.js';

it('6.5: a question that is typed waits for the last one, and is left out where another one was typed since', async () => {
  const enqueue = inTurn();
  const asked: string[] = [];
  let atOnce = 0;
  let most = 0;
  let typed = '';
  const type = (text: string): Promise<void> => {
    typed = text;
    return enqueue(
      () => typed === text,
      async () => {
        asked.push(text);
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setTimeout(resolve, 10));
        atOnce -= 1;
      },
    );
  };

  const first = type('h');
  await new Promise((resolve) => setTimeout(resolve));
  await Promise.all([first, ...['ht', 'htt', 'http'].map(type)]);
  await type('https');

  expect(asked).toEqual(['h', 'http', 'https']);
  expect(most).toBe(1);
});
