import { BadRequestException, Body, Controller, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CorsPolicy } from 'nestjs-cors-policy';
import { Sessions } from './sessions.js';

/** Signing in, for the partners' pages only. (No password: this shop is a sample.) */
@CorsPolicy('partner')
@Controller('session')
export class SessionController {
  constructor(private readonly sessions: Sessions) {}

  @Post()
  signIn(@Body('customer') customer: unknown, @Res({ passthrough: true }) response: Response): { signedInAs: string } {
    if (typeof customer !== 'string') {
      throw new BadRequestException('Who are you?');
    }
    response.cookie('session', this.sessions.start(customer), { httpOnly: true, sameSite: 'lax' });
    return { signedInAs: customer };
  }
}
