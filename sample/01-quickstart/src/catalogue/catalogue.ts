import { Injectable, NotFoundException } from '@nestjs/common';

export interface Product {
  readonly id: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

@Injectable()
export class Catalogue {
  private readonly products: readonly Product[] = [
    { id: 'tea', name: 'Green tea', price: 650 },
    { id: 'cup', name: 'Cup', price: 900 },
    { id: 'pot', name: 'Pot', price: 3200 },
  ];

  all(): readonly Product[] {
    return this.products;
  }

  /** @throws NotFoundException if the shop does not sell the product */
  find(id: string): Product {
    const product = this.products.find((candidate) => candidate.id === id);
    if (!product) {
      throw new NotFoundException(`The shop does not sell "${id}"`);
    }
    return product;
  }
}
