import { corsHeaders, type TestApp } from './app.js';

/** The answer to a preflight: its status and its `Access-Control-*` fields. */
export async function preflightAnswer(
  app: TestApp,
  path: string,
  origin: string,
  method = 'PUT',
): Promise<[status: number, fields: object]> {
  const response = await app.preflight(path, { origin, method });
  return [response.status, corsHeaders(response)];
}

/** Asks a route from three origins, and returns the origins that it allows. The others get no CORS header. */
export async function originsAllowedBy(
  app: TestApp,
  path: string,
  headers: Record<string, string> = {},
): Promise<string[]> {
  const allowed: string[] = [];
  for (const origin of ['https://app.example', 'https://other.example', 'https://default.example']) {
    const response = await app.get(path, origin, headers);
    expect([path, response.status]).toEqual([path, 200]);
    if (response.headers['access-control-allow-origin'] === origin) {
      allowed.push(origin);
    } else {
      expect(corsHeaders(response)).toEqual({});
    }
  }
  return allowed;
}
