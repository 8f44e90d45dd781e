/*
 * Swagger UI. The page needs no CORS. The document needs a policy if tools on other origins read it. The API needs a
 * policy if a Swagger UI on another origin must be able to "try it out".
 */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiOkResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

@CorsPolicy('docs')
@Controller('prices')
class PricesController {
  @Get()
  @ApiOkResponse({ type: [Number] })
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: {
        public: { origin: '*' },
        docs: { origin: 'https://docs.example', credentials: true, allowedHeaders: ['Content-Type'] },
      },
      routes: [
        { path: '/docs-json', policy: 'public', methods: ['GET'] },
        { path: '/docs-yaml', policy: 'public', methods: ['GET'] },
      ],
    }),
  ],
  controllers: [PricesController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Prices').build());
SwaggerModule.setup('docs', app, document);
await start(app);
