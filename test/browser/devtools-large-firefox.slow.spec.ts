import { describeWith } from '../support/services.js';
import { inFirefox } from './devtools-driver-firefox.js';
import { largeAddress, startLarge } from './devtools-large-app.js';

/* Rule 6.5: the page of an app with 1,000 routes, by keyboard alone, in Firefox. */

/** The most elements that the page may have: a row or a cell out of sight is no element. */
const MOST_ELEMENTS = 2_500;

describeWith('firefox', 'the development page of a large app in Firefox', (executable) => {
  const driver = inFirefox(executable, startLarge, largeAddress);
  const hasFewElements = async (): Promise<void> => {
    expect(Number(await driver.page.evaluate(`String(document.querySelectorAll('*').length)`))).toBeLessThan(
      MOST_ELEMENTS,
    );
  };

  it('opens with its groups closed, and folds a group', async () => {
    await driver.says('1000 routes');
    await driver.shows('.route', 0);
    await driver.page.tabTo('ResourceWithQuiteALongName0Controller');
    await driver.page.press('ArrowDown', 'ArrowDown', 'Enter');
    await driver.shows('.route', 10);
    expect(await driver.page.focused()).toBe('ResourceWithQuiteALongName2Controller');
    await driver.page.press('ArrowDown');
    expect(await driver.page.focused()).toBe('Explain GET /resource-2');
    await driver.page.press('ArrowUp', 'Enter');
    await driver.shows('.route', 0);
  });

  it('searches the routes, and explains one that was found', async () => {
    await driver.says('1000 routes');
    await driver.page.press('/', ...'resource-12/:id/parts');
    await driver.says('5 of 1000 routes');
    await driver.shows('.route', 5);
    await driver.page.tabTo('Explain PUT /resource-12/:id/parts/:part');
    await driver.page.press('Enter');
    await driver.told('Explained: blocked.');
    await driver.page.press('Escape');
    await driver.shows('#panel', 0);
    expect(await driver.page.focused()).toBe('Explain PUT /resource-12/:id/parts/:part');
  });

  it('scrolls the matrix, and draws what is in sight', async () => {
    await driver.page.press('2');
    await driver.shows(`[role=grid][aria-rowcount="${1 + 100 + 1000}"]`);
    await driver.page.until(`document.querySelector('[data-waiting="0"]')`, 60_000);
    await hasFewElements();
    await driver.page.evaluate(`String(document.querySelector('.matrix [data-active]').focus())`);
    await driver.page.press(...Array.from({ length: 6 }, () => 'PageDown'), 'End');
    await driver.page.until(`document.querySelector('.matrix-frame').scrollTop > 1_000`);
    // The cell that has the focus is in sight, and its neighbours are drawn.
    await driver.page.until(
      `(({ activeElement: at }) => {
        const { y } = at.getBoundingClientRect();
        const sight = document.querySelector('.matrix-frame').getBoundingClientRect();
        return at.matches('.matrix .cell') && y >= sight.y && y <= sight.bottom;
      })(document)`,
    );
    const name = await driver.page.focused();
    await driver.page.evaluate(`String(document.querySelector('.matrix-frame').scrollTo(1e6, 1e6))`);
    await driver.shows('.matrix [aria-label="Explain DELETE /resource-99/:id/parts/:part"]');
    await hasFewElements();
    expect(await driver.page.focused()).toBe(name);
    await driver.page.press('Enter');
    await driver.page.until(`document.querySelector('#told')?.textContent.startsWith('Explained: ')`);
  });
});
