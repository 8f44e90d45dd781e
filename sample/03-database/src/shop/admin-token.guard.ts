import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { HttpRequest } from '../../../01-quickstart/src/http-types.js';

/**
 * Allows a request with `ADMIN_TOKEN` (`Authorization: Bearer …`). CORS stops pages, and this guard stops other
 * programs.
 */
@Injectable()
export class AdminTokenGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(config: ConfigService) {
    this.expected = digest(config.getOrThrow<string>('ADMIN_TOKEN'));
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<HttpRequest>().headers;
    const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
    // Digests have the same length and are compared in constant time.
    if (token === undefined || !timingSafeEqual(digest(token), this.expected)) {
      throw new UnauthorizedException('Send the admin token');
    }
    return true;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
