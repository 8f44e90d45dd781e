import { Controller, Get, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CorsPolicy } from 'nestjs-cors-policy';
import type { Product } from './catalogue.js';
import { Catalogue } from './catalogue.js';

/** Public: any page may read it. */
@CorsPolicy('public')
@Controller('catalogue')
export class CatalogueController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get()
  list(@Res({ passthrough: true }) response: Response): readonly Product[] {
    const products = this.catalogue.all();
    // Scripts may read this header because the policy exposes it.
    response.setHeader('X-Total-Count', products.length);
    return products;
  }

  /** An unknown product is a 404 that the page can see: the policy stands on errors too. */
  @Get(':id')
  find(@Param('id') id: string): Product {
    return this.catalogue.find(id);
  }
}
