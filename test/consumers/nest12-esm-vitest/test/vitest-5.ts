import type { INestApplication } from '@nestjs/common';
import type { ExpectStatic } from 'vitest-expect-5';
import type {} from 'nestjs-cors-policy/testing';

/** Only the types of this file are checked. Vitest 5 needs Node 22. Its place for matchers is not that of Vitest 4. */
export async function typesReachVitest5(expect: ExpectStatic, app: INestApplication): Promise<void> {
  const passed: Promise<void> = expect(app).toAllowCors({ from: 'https://tenant.example', path: '/orders/1' });
  await passed;
  await expect(app).not.toAllowCors({ from: 'https://stranger.example', credentials: true });
  // @ts-expect-error there is no such field
  await expect(app).toAllowCors({ origin: 'https://tenant.example' });
}
