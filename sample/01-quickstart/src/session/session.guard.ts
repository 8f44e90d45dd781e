import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { createParamDecorator, Injectable, UnauthorizedException } from '@nestjs/common';
import type { HttpRequest } from '../http-types.js';
import { Sessions } from './sessions.js';

type SignedInRequest = HttpRequest & { customer?: string };

/** Lets signed-in customers pass. Its 401 carries the route's CORS headers, so an allowed page can read it. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const id = /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const customer = id === undefined ? undefined : this.sessions.customerOf(id);
    if (customer === undefined) {
      throw new UnauthorizedException('Sign in first');
    }
    request.customer = customer;
    return true;
  }
}

/** The customer whom {@link SessionGuard} found. */
export const Customer = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<SignedInRequest>().customer,
);
