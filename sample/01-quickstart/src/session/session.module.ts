import { Module } from '@nestjs/common';
import { SessionController } from './session.controller.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';

@Module({ controllers: [SessionController], providers: [Sessions, SessionGuard], exports: [Sessions, SessionGuard] })
export class SessionModule {}
