import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { createParamDecorator, Injectable, UnauthorizedException } from '@nestjs/common';
import type { HttpRequest } from '../http-types.js';
import { Sessions } from './sessions.js';

type SignedInRequest = HttpRequest & { customer?: string };

/** Allows signed-in customers. Its 401 has the route's CORS headers, so an allowed page can read it. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const customer = this.sessions.customerOf(request.headers.cookie);
    if (customer === undefined) {
      throw new UnauthorizedException('Sign in first');
    }
    request.customer = customer;
    return true;
  }
}

/** The customer that {@link SessionGuard} found. */
export const Customer = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<SignedInRequest>().customer,
);
