import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Put,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { CorsPolicy } from 'nestjs-cors-policy';
import { Customer, SessionGuard } from '../session/session.guard.js';
import type { Order } from './orders.js';
import { Orders } from './orders.js';

/** A customer's orders, for the partners' pages, with the session cookie. */
@CorsPolicy('partner')
@UseGuards(SessionGuard)
@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Get()
  list(@Customer() customer: string): Order[] {
    return this.orders.of(customer);
  }

  /** The same policy, refined: the browser may keep the preflight's answer for a minute. */
  @Put(':id')
  @CorsPolicy({ maxAge: 60 })
  change(@Customer() customer: string, @Param('id') id: string, @Body('quantity') quantity: unknown): Order {
    return this.orders.change(customer, id, quantity);
  }

  /** Closed to other origins, because the policy's `methods` lack DELETE. The shop's server may still call it. */
  @Delete(':id')
  @HttpCode(204)
  cancel(@Customer() customer: string, @Param('id') id: string): void {
    this.orders.cancel(customer, id);
  }

  /** Always fails, to show the result of an error for a page. */
  @Get(':id/invoice')
  invoice(@Customer() customer: string, @Param('id') id: string): never {
    this.orders.find(customer, id);
    throw new ServiceUnavailableException('The printer is out of paper');
  }
}
