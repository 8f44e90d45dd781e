import { describeWith } from '../support/services.js';
import { startDemo } from './devtools-app.js';
import { inFirefox } from './devtools-driver-firefox.js';

/* Rule 6.5: what the page can do, by keyboard alone, in Firefox. */

const SHOP = 'https://shop.example';
const STRANGER = 'https://stranger.example';
const TEA = 'https://tea.example';

describeWith('firefox', 'the development page by keyboard alone in Firefox', (executable) => {
  const driver = inFirefox(executable, () => startDemo('express'));
  const press = (...keys: string[]): Promise<void> => driver.page.press(...keys);
  const cell = (name: string): string => `.matrix [aria-label^="${name}"]`;

  it('searches the routes, opens the details of one, and shows the list of keys', async () => {
    await press('/', ...'tenantorigins');
    await driver.shows('.route', 2);
    await driver.page.tabTo('Details of GET /storefront/:tenant/products');
    await press('Enter');
    await driver.says('policies.tenant', '.detail');
    await press('?');
    await driver.shows('dialog[open]');
    await press('Escape');
    await driver.shows('dialog[open]', 0);
    expect(await driver.page.focused()).toBe('Details of GET /storefront/:tenant/products');
  });

  it('adds an origin to the matrix, after the field said what is wrong with it', async () => {
    await driver.openMatrix();
    await driver.page.tabTo('Another origin');
    await press(...'https://coffee.example/menu', 'Enter');
    await driver.says('"https://coffee.example/menu" is not what browsers send');
    await driver.page.tabTo('Use https://coffee.example');
    await press('Enter');
    expect(await driver.page.focused()).toBe('Another origin');
    await press('Enter');
    await driver.says('https://coffee.example has been added.');
    expect(await driver.textOf(cell('GET /storefront/:tenant/products from https://coffee.example'))).toBe('● cookies');
  });

  it('shows one origin of the matrix at a time in a narrow window, and closes its sheet by Esc', async () => {
    await driver.page.resize(400);
    await driver.openMatrix();
    await driver.shows('.matrix-head .column');
    await driver.page.tabTo('Originhttp');
    await press('End');
    await driver.shows(cell(`GET /orders from ${STRANGER}: refused`));
    await driver.shows('.matrix-head .column');
    expect(await driver.page.evaluate(`String(document.documentElement.scrollWidth <= 400)`)).toBe('true');
    await driver.page.tabTo('CatalogueController');
    await press(...Array.from({ length: 4 }, () => 'ArrowDown'), 'ArrowRight');
    expect(await driver.page.focused()).toContain(`GET /orders from ${STRANGER}`);
    await press('Enter');
    await driver.told('Explained: blocked.');
    await driver.shows('#panel[role=dialog][aria-modal=true]');
    await press('Escape');
    await driver.shows('#panel', 0);
    await driver.page.until(`document.activeElement.matches('.matrix .cell')`);
    expect(await driver.page.focused()).toContain(`from ${STRANGER}`);
  });

  it('shows live calls as pairs, pauses, filters and explains them', async () => {
    const call = (path: string): Promise<unknown> => driver.started.request('GET', path, { Origin: STRANGER });
    await press('3');
    await driver.page.tabTo('Pause');
    await press('Tab', 'Enter');
    await driver.says('No call so far.');
    await driver.started.preflight('/orders/1', { origin: SHOP, method: 'PUT' });
    await driver.started.request('PUT', '/orders/1', { Origin: SHOP });
    await driver.page.until(`document.querySelector('.call .tag + .tag')`);
    expect(await driver.textOf('.call')).toMatch(/preflight allowed.*request allowed.*PUT.*\/orders\/1/);
    await call('/orders');
    await driver.shows('.call', 2);

    await press('3');
    await driver.page.tabTo('Pause');
    await press('Enter');
    await call('/catalogue');
    await driver.says('Paused: 1 further call came since.');
    await driver.shows('.call', 2);
    await press('Enter');
    await driver.shows('.call', 3);

    await driver.page.tabTo('Verdict');
    await press('End');
    await driver.shows('.call', 1);
    expect(await driver.textOf('.call')).toMatch(/request refused.*\/orders/);
    await driver.page.tabTo('Route');
    await press(...'nothing');
    await driver.says('No call fits the filter.');
    await driver.page.tabTo('Show all');
    await press('Enter');
    await driver.shows('.call', 3);
    await press('/', ...'orders');
    await driver.shows('.call', 2);
    await press('Tab', 'Tab');
    expect(await driver.page.focused()).toContain(STRANGER);
    await press('ArrowDown', 'ArrowUp', 'Enter');
    await driver.told('Explained: blocked.');
    await press('Escape');
    await driver.page.until(`document.activeElement.classList.contains('call')`);
    expect(await driver.page.focused()).toContain(STRANGER);
  });

  it('says at the field what is wrong, shows a fix as code, copies it, and returns the focus', async () => {
    await driver.page.tabTo('Explain a request');
    await press('Enter');
    await driver.page.tabTo('Method');
    await press('Control+a', ...'DELETE', 'Tab', 'Control+a', ...'/orders/1');
    await driver.page.tabTo('Origin of the page');
    await press('Control+a', ...'shop.example', 'Enter');
    await driver.told('Nothing was asked: fix the field origin.');
    await driver.shows('#question [name=origin][aria-invalid=true]');
    await driver.page.tabTo(`Use ${SHOP}`);
    await press('Enter', 'Enter');
    await driver.told('Explained: blocked.');
    await driver.shows('#question [aria-invalid=true]', 0);

    const fix = await driver.textOf('[data-fix]');
    expect(fix).toContain('DELETE');
    await driver.page.tabTo('Copy the fix');
    await press('Enter');
    await driver.says('Copied', '.fix [role=status]');
    await press('Escape');
    await driver.shows('#panel', 0);
    expect(await driver.page.focused()).toBe('Explain a request');
    // The clipboard has the code: a field gets it.
    await press('p', 'Control+v');
    await driver.page.until(`document.querySelector('[data-paste]').value === ${JSON.stringify(fix)}`);
  });

  it('finds entries of allowlists, and says who would admit an origin', async () => {
    await press('4', '/', ...'coffee');
    await driver.says('provider TenantOrigins', '.answers');
    await press('Control+a', ...'https://coffee.example');
    await driver.says('yes policies.tenant policy', '.answers li');
    await driver.says('no policies.partner policy', '.answers li');
  });

  it('searches the findings', async () => {
    await press('5', '/', ...'own-header');
    await driver.shows('.notes tbody tr');
    await press(...'-none');
    await driver.says('No finding fits the search.');
  });

  it('lists what reportOnly policies would refuse, explains it and returns', async () => {
    expect((await driver.started.get('/storefront/1/products', TEA)).status).toBe(200);
    await driver.open();
    await press('6', '/', ...'tea.example');
    await driver.shows('.notes tbody tr');
    await driver.page.tabTo('Explain');
    await press('Enter');
    await driver.told('Explained: allowed.');
    await press('Escape');
    await driver.shows('#panel', 0);
    expect(await driver.page.focused()).toBe('Explain');
    expect(await driver.page.evaluate(`String(document.activeElement.closest('.notes') !== null)`)).toBe('true');
  });

  it('folds a group of the matrix', async () => {
    await driver.openMatrix();
    await driver.shows('.matrix [role=row]:not(.group)', 1 + 10);
    await driver.page.evaluate(`String(document.querySelector('.matrix [data-active]').focus())`);
    await press('Home', ...Array.from({ length: 3 }, () => 'ArrowDown'));
    expect(await driver.page.focused()).toContain('OrdersController');
    await press('Enter');
    await driver.shows('.matrix [aria-expanded=false]');
    await driver.shows('.matrix [role=row]:not(.group)', 1 + 6);
    await driver.shows(`[role=grid][aria-rowcount="${1 + 4 + 6}"]`);
    await press('Enter');
    await driver.shows('.matrix [role=row]:not(.group)', 1 + 10);
  });

  it('ticks a refused origin and an entry of a provider in the list of origins', async () => {
    await driver.started.get('/orders', 'https://refused.example');
    await driver.open();
    await driver.openMatrix();
    await driver.page.tabTo('Another origin');
    await press(...'tea.ex');
    await driver.page.tabTo('Add');
    await press('Tab');
    expect(await driver.page.focused()).toMatch(/^\d+ of at most 50 origins$/);
    await press('Enter');
    await driver.shows('.origins');
    await driver.says(TEA, '.origins');
    await driver.page.tabTo(TEA);
    await press(' ');
    await driver.shows(cell(`GET /storefront/:tenant/products from ${TEA}: open, cookies too`));
    await driver.page.tabTo('https://refused.example');
    expect(await driver.page.focused()).toMatch(/refused lately$/);
    await press(' ');
    await driver.shows(cell('GET /orders from https://refused.example: refused'));
    await press(' ');
    await driver.shows(cell('GET /orders from https://refused.example: refused'), 0);
  });

  it('asks for no decisions while its tab is hidden, and shows what came since', async () => {
    await press('3');
    await driver.page.tabTo('Pause');
    await press('Tab', 'Enter');
    await driver.says('No call so far.');
    await driver.started.get('/orders', SHOP);
    await driver.shows('.call', 1);
    await driver.openOther();
    await driver.page.until(`document.visibilityState === 'hidden'`);
    await driver.says('The app sends no decisions at the moment.');
    await driver.started.get('/catalogue', SHOP);
    // The app sends decisions four times a second.
    await new Promise((resolve) => setTimeout(resolve, 800));
    await driver.shows('.call', 1);
    await driver.page.show();
    await driver.shows('.call', 2);
    await driver.page.until(`document.querySelector('[data-live-told]').textContent === ''`);
  });
});
