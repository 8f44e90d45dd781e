import type { BlockReason } from 'nestjs-cors-policy/testing';
import type { Expectation, Scenario } from './scenario.js';

const json = { 'Content-Type': 'application/json' };

const sees = (status: number): Expectation => ({ sees: status });
const blocked = (reason: BlockReason, because: string, answer?: number): Expectation => ({
  blocked: reason,
  because,
  ...(answer !== undefined && { answer }),
});

const noPartner = 'The policy "partner" does not list this origin.';
const enforced = `${noPartner} It is enforced: the handler did not run.`;
const noTenant = 'The policy "tenant" asks TenantOrigins, and this origin is no tenant.';

const everyone = (expectation: Expectation): Scenario['expect'] => ({
  shop: expectation,
  tenant: expectation,
  stranger: expectation,
});

/** A partner succeeds. The preflight refuses the others. */
const partnerPreflighted = (expectation: Expectation): Scenario['expect'] => ({
  ...everyone(blocked('missing-allow-origin', noPartner)),
  shop: expectation,
});

/** A partner succeeds without a preflight. The others get 403 from the server. */
const partner = (expectation: Expectation): Scenario['expect'] => ({
  ...everyone(blocked('missing-allow-origin', enforced, 403)),
  shop: expectation,
});

const tenant = (expectation: Expectation): Scenario['expect'] => ({
  ...everyone(blocked('missing-allow-origin', noTenant)),
  tenant: expectation,
});

/** Open to the current tenants. */
export const storefront: Scenario = {
  id: 'storefront',
  title: "Open the tenant's storefront",
  request: { method: 'GET', path: '/storefront', credentials: 'include' },
  expect: tenant(sees(200)),
};

/** The scenarios of the report and of the pages, which send the same requests. The order matters: sign-in is first. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'catalogue',
    title: 'Read the catalogue',
    request: { method: 'GET', path: '/catalogue', credentials: 'same-origin' },
    expect: everyone(sees(200)),
  },
  {
    id: 'catalogue-cookies',
    title: 'Read the catalogue, with cookies',
    request: { method: 'GET', path: '/catalogue', credentials: 'include' },
    expect: everyone(
      blocked('wildcard-with-credentials', 'The policy "public" is for any origin, so for none with cookies.', 200),
    ),
  },
  {
    id: 'unknown-product',
    title: 'Ask for an unknown product',
    request: { method: 'GET', path: '/catalogue/sofa', credentials: 'same-origin' },
    expect: everyone(sees(404)),
  },
  {
    id: 'unknown-route',
    title: 'Ask for a path that nothing serves',
    request: { method: 'GET', path: '/katalog', credentials: 'same-origin' },
    expect: everyone(blocked('missing-allow-origin', 'No route, so no policy; and there is no defaultPolicy.', 404)),
  },
  {
    id: 'sign-in',
    title: 'Sign in',
    request: { method: 'POST', path: '/session', headers: json, body: '{"customer":"Ada"}', credentials: 'include' },
    expect: partnerPreflighted(sees(201)),
  },
  {
    id: 'change-order',
    title: "Change the customer's order",
    request: { method: 'PUT', path: '/orders/1', headers: json, body: '{"quantity":3}', credentials: 'include' },
    expect: partnerPreflighted(sees(200)),
  },
  {
    id: 'orders',
    title: "Read the customer's orders",
    request: { method: 'GET', path: '/orders', credentials: 'include' },
    expect: partner(sees(200)),
  },
  {
    id: 'orders-no-cookies',
    title: 'Read the orders, without cookies',
    request: { method: 'GET', path: '/orders', credentials: 'same-origin' },
    expect: partner(sees(401)),
  },
  {
    id: 'orders-debug',
    title: 'Read the orders, with a debug header',
    request: { method: 'GET', path: '/orders', headers: { 'X-Debug': '1' }, credentials: 'include' },
    expect: partnerPreflighted(
      blocked('header-not-allowed', 'The allowedHeaders of "partner" name Content-Type only.'),
    ),
  },
  {
    id: 'broken-json',
    title: 'Send broken JSON',
    request: { method: 'PUT', path: '/orders/1', headers: json, body: '{"quantity":', credentials: 'include' },
    expect: partnerPreflighted(sees(400)),
  },
  {
    id: 'invoice',
    title: 'Ask for an invoice, which fails',
    request: { method: 'GET', path: '/orders/1/invoice', credentials: 'include' },
    expect: partner(sees(503)),
  },
  {
    id: 'cancel-order',
    title: 'Cancel the order',
    request: { method: 'DELETE', path: '/orders/1', credentials: 'include' },
    expect: partnerPreflighted(blocked('method-not-allowed', 'The methods of "partner" leave DELETE out.')),
  },
  storefront,
  {
    id: 'quote',
    title: 'Ask for a quote at the storefront',
    request: {
      method: 'POST',
      path: '/storefront/quotes',
      headers: json,
      body: '{"product":"tea","quantity":2}',
      credentials: 'include',
    },
    expect: tenant(sees(200)),
  },
  {
    id: 'sales',
    title: 'Look at the sales in the back office',
    request: { method: 'GET', path: '/admin/sales', credentials: 'include' },
    expect: everyone(blocked('missing-allow-origin', '@NoCors(): the server answers, and no page may look.', 200)),
  },
  {
    id: 'forged-form',
    title: 'Add a tenant, as a plain form',
    request: {
      method: 'POST',
      path: '/admin/tenants',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'id=forged&origin=http%3A%2F%2Flocalhost%3A9',
      credentials: 'include',
    },
    expect: everyone(
      blocked('missing-allow-origin', "@NoCors(), and the app's CSRF protection trusts no page here.", 403),
    ),
  },
];
