/** Uses the playground of the site: an example of its own, and one that a page of a code opens. */
export async function tryPlayground(reader, page) {
  const expectStatus = (text) => page.locator('.pg-status').filter({ hasText: text }).waitFor({ timeout: 15_000 });
  await reader.open(page, '/playground');
  await expectStatus('Allowed');
  await page.getByLabel('Example').selectOption('tenants');
  await expectStatus('Blocked');
  await reader.open(page, '/errors/unknown-field');
  await page.getByText('Open this example in the playground').click();
  await expectStatus('Startup stops');
  // The link leads back to where the reader came from.
  await page.locator('.pg-problems').getByRole('link', { name: 'unknown-field' }).click();
  await page.waitForURL(/\/errors\/unknown-field$/);
}
