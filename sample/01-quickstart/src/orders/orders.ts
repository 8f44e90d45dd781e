import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';

export interface Order {
  readonly id: string;
  readonly product: string;
  readonly quantity: number;
}

/** Every customer starts with the same order. */
@Injectable()
export class Orders {
  private readonly byCustomer = new Map<string, Map<string, Order>>();

  of(customer: string): Order[] {
    return [...this.listOf(customer).values()];
  }

  change(customer: string, id: string, quantity: unknown): Order {
    if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
      throw new BadRequestException('quantity is a whole number above 0');
    }
    const order: Order = { ...this.find(customer, id), quantity };
    this.listOf(customer).set(id, order);
    return order;
  }

  cancel(customer: string, id: string): void {
    this.find(customer, id);
    this.listOf(customer).delete(id);
  }

  find(customer: string, id: string): Order {
    const order = this.listOf(customer).get(id);
    if (!order) {
      throw new NotFoundException(`There is no order ${id}`);
    }
    return order;
  }

  private listOf(customer: string): Map<string, Order> {
    const known = this.byCustomer.get(customer);
    if (known) {
      return known;
    }
    const orders = new Map([['1', { id: '1', product: 'tea', quantity: 2 }]]);
    this.byCustomer.set(customer, orders);
    return orders;
  }
}
