import { jest } from '@jest/globals';
import { Controller, Get, type Type } from '@nestjs/common';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, startApp, type TestApp } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { FirefoxDriver, LONGEST_MS } from './devtools-driver-firefox.js';

/* Rule 6.5: the page connects again after a restart of the app, in Firefox. */

const TOKEN = 'token-of-the-app-that-restarts';

@Controller('orders')
@CorsPolicy('frontend')
class OrdersController {
  @Get()
  list(): void {}
}

@Controller('catalogue')
@CorsPolicy('frontend')
class CatalogueController {
  @Get()
  list(): void {}
}

describeWith('firefox', 'the development page after a restart in Firefox', (executable) => {
  const start = (controllers: Type[], token = TOKEN, port = 0): Promise<TestApp> =>
    startApp({
      port,
      cors: { policies: { frontend: { origin: 'https://shop.example' } } },
      imports: [CorsDevtoolsModule.forRoot({ tester: false, token })],
      controllers,
    });
  const driver = new FirefoxDriver(
    executable,
    () => start([OrdersController, CatalogueController]),
    ({ url }) => `${url}/__cors?token=${TOKEN}`,
  );
  const restart = async (token = TOKEN): Promise<void> => {
    await start([OrdersController], token, driver.started.port);
  };
  const says = (text: string): Promise<void> =>
    driver.page.until(`document.querySelector('#run').textContent.includes(${JSON.stringify(text)})`, 30_000);
  const connection = (): Promise<string> =>
    driver.page.evaluate(`document.querySelector('[data-connection]').textContent.trim()`);

  jest.setTimeout(LONGEST_MS);
  beforeAll(async () => {
    await driver.launch();
    await driver.open();
  });
  afterAll(() => driver.close());

  it('connects again, and says what has changed until that is dismissed by a key', async () => {
    await closeApps();
    await says('The app does not answer.');
    expect(await connection()).toBe('Reconnecting…');
    await restart();
    await says('The app was restarted.');
    await says('Routes that are gone (1)');
    await says('GET /catalogue (CatalogueController.list)');
    expect(await connection()).toBe('Connected');
    await driver.page.until(`document.querySelectorAll('.route').length === 1`);
    await driver.page.tabTo('Dismiss');
    await driver.page.press('Enter');
    await driver.page.until(`document.querySelector('#run').textContent === ''`);
  });

  it('says that the app has another token since its restart', async () => {
    await closeApps();
    await restart(`${TOKEN}-of-another-start`);
    await says('this page has a new address: open the one that the log of the app prints');
    expect(await connection()).toBe('Locked');
  });
});
