import type { INestApplication } from '@nestjs/common';
import type { ExpectStatic } from 'vitest-expect-5';
import type {} from 'nestjs-cors-policy/testing';

/** This file is only type-checked: Vitest 5 needs Node 22. It declares matchers in another place than Vitest 4. */
export async function typesReachVitest5(expect: ExpectStatic, app: INestApplication): Promise<void> {
  const passed: Promise<void> = expect(app).toAllowCors({ from: 'https://tenant.example', path: '/orders/1' });
  await passed;
  await expect(app).not.toAllowCors({ from: 'https://stranger.example', credentials: true });
  // @ts-expect-error the field does not exist
  await expect(app).toAllowCors({ origin: 'https://tenant.example' });
}
