import { randomBytes } from 'node:crypto';

/** The token of the development page, for its module and for the address in the report. */
export const pageToken = process.env['CORS_PAGE_TOKEN'] ?? randomBytes(24).toString('base64url');

export const developmentPage = {
  // No policy names the origins in the list of TenantOrigins, so this adds a column for the first tenant.
  origins: () => [process.env['FIRST_TENANT_ORIGIN'] ?? ''],
  // An app that shows its log needs no token here: the log has the address of the page, with a random token.
  token: pageToken,
};
