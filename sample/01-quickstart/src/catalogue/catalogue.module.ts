import { Module } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';
import { Catalogue } from './catalogue.js';

@Module({ controllers: [CatalogueController], providers: [Catalogue], exports: [Catalogue] })
export class CatalogueModule {}
