import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { OrdersController } from './orders.controller.js';
import { Orders } from './orders.js';

@Module({ imports: [SessionModule], controllers: [OrdersController], providers: [Orders] })
export class OrdersModule {}
