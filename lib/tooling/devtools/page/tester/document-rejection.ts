/**
 * Describes a request that the document's own Content-Security-Policy has rejected. That policy allows the app, so a
 * request to the app has been sent, and the app led it elsewhere
 * (https://fetch.spec.whatwg.org/#concept-http-redirect-fetch).
 *
 * @param page origin of the app
 */
export function rejectionOf(
  error: unknown,
  url: string,
  page: string,
): { error: string; redirected: true } | { error: string; sent: false } {
  return { error: String(error), ...(new URL(url).origin === page ? { redirected: true } : { sent: false }) };
}
