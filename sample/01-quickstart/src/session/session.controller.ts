import { BadRequestException, Body, Controller, Post, Res } from '@nestjs/common';
import { CorsPolicy } from 'nestjs-cors-policy';
import type { HttpResponse } from '../http-types.js';
import { Sessions } from './sessions.js';

/** Signing in, for the partners' pages only. (No password: this shop is a sample.) */
@CorsPolicy('partner')
@Controller('session')
export class SessionController {
  constructor(private readonly sessions: Sessions) {}

  @Post()
  signIn(
    @Body('customer') customer: unknown,
    @Res({ passthrough: true }) response: HttpResponse,
  ): { signedInAs: string } {
    if (typeof customer !== 'string') {
      throw new BadRequestException('Who are you?');
    }
    response.header('Set-Cookie', `session=${this.sessions.start(customer)}; Path=/; HttpOnly; SameSite=Lax`);
    return { signedInAs: customer };
  }
}
