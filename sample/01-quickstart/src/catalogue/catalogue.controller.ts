import { Controller, Get, Param, Res } from '@nestjs/common';
import { CorsPolicy } from 'nestjs-cors-policy';
import type { HttpResponse } from '../http-types.js';
import type { Product } from './catalogue.js';
import { Catalogue } from './catalogue.js';

/** The public catalogue. Any page may read it. */
@CorsPolicy('public')
@Controller('catalogue')
export class CatalogueController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get()
  list(@Res({ passthrough: true }) response: HttpResponse): readonly Product[] {
    const products = this.catalogue.all();
    // Scripts may read this header because the policy exposes it.
    response.header('X-Total-Count', String(products.length));
    return products;
  }

  /** Answers 404 for an unknown product. The page can read the 404, because the policy also applies to errors. */
  @Get(':id')
  find(@Param('id') id: string): Product {
    return this.catalogue.find(id);
  }
}
