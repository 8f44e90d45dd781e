import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CorsBoot } from '../boot/boot.js';
import { outcomeOf, rememberOutcome, stillHolds } from './decisions.js';
import type { Outcome } from './engine.js';
import { refusalError } from './refusal-error.js';

/**
 * Knows the exact handler, which the early decision could only foresee: confirms that decision, or corrects it where a
 * version extractor or a route of the app's own led elsewhere.
 */
@Injectable()
export class CorsInterceptor implements NestInterceptor {
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const { running } = this.boot;
    const targets =
      context.getType() === 'http' ? running?.targetsOf(context.getClass(), context.getHandler()) : undefined;
    if (running === undefined || targets === undefined || targets.length === 0) {
      return next.handle();
    }
    const http = context.switchToHttp();
    const native = http.getRequest<object>();
    const identity = running.platform.identity(native);
    const early = outcomeOf(identity);
    if (early === undefined) {
      return next.handle();
    }
    const request = running.platform.request(native);
    if (targets.some((target) => target === early.target) && stillHolds(early, request)) {
      return next.handle();
    }
    const settle = (later: Outcome): Observable<unknown> => {
      rememberOutcome(identity, later);
      running.platform.correct(http.getResponse(), early.decision, later.decision);
      if (later.decision.status !== undefined) {
        throw refusalError(later.decision);
      }
      return next.handle();
    };
    const later = running.engine.decideFor(request, targets);
    return later instanceof Promise ? later.then(settle) : settle(later);
  }
}
