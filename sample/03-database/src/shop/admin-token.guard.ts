import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { HttpRequest } from '../../../01-quickstart/src/http-types.js';

/** Lets whoever brings `ADMIN_TOKEN` pass: `Authorization: Bearer …`. CORS keeps pages out, not programs: this does. */
@Injectable()
export class AdminTokenGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(config: ConfigService) {
    this.expected = digest(config.getOrThrow<string>('ADMIN_TOKEN'));
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<HttpRequest>().headers;
    const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
    // Digests are of one length, and are compared in a time that tells nothing.
    if (token === undefined || !timingSafeEqual(digest(token), this.expected)) {
      throw new UnauthorizedException('Send the admin token');
    }
    return true;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
