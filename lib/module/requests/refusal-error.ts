import { ForbiddenException } from '@nestjs/common';
import type { CorsReason, Decision } from '../../core/decisions/decision.js';

const SENTENCES: Partial<Record<CorsReason, string>> = {
  'no-cors': 'This route is closed to other origins.',
  'no-policy': 'This route is closed to other origins.',
  'method-not-allowed': 'This method is closed to other origins.',
  'beyond-own-grant': 'This route does not accept cross-origin requests of this kind.',
};

/** What an enforced policy (DESIGN 3.6) answers with; nothing of what the client sent stands in it. */
export function refusalError({ reason }: Decision): ForbiddenException {
  return new ForbiddenException({
    statusCode: 403,
    error: 'Forbidden',
    message: SENTENCES[reason] ?? 'This route does not accept requests from this origin.',
    reason,
  });
}
