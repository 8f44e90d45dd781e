import { CorsConfigurationError, type CorsIssue } from '../../lib/index.js';
import { type AppParts, type PlatformName, startApp } from './app.js';

/** The error that stops startup. */
export async function bootError(parts: AppParts, platform: PlatformName): Promise<CorsConfigurationError> {
  const error: unknown = await startApp(parts, platform).then(
    () => new Error('the app started'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CorsConfigurationError);
  return error as CorsConfigurationError;
}

/** Place, field, value and code of each issue, without the sentences. */
export function facts(issues: readonly CorsIssue[]): Pick<CorsIssue, 'place' | 'field' | 'value' | 'code'>[] {
  return issues.map(({ place, field, value, code }) => ({ place, field, value, code }));
}
