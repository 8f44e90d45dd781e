import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsPolicy } from '../../lib/index.js';
import { startApp, type TestApp } from '../support/app.js';

export const TOKEN = 'token-of-the-large-app';
/** With these the matrix has 50 origins. */
export const ORIGINS = Array.from({ length: 43 }, (_, number) => `https://front-${number + 10}.example`);

/** An app with many routes, and policies without names. */
function manyControllers(controllers: number): { new (): object }[] {
  return Array.from({ length: controllers }, (_, number) => {
    const path = `resource-${number}`;
    @Controller(path)
    @CorsPolicy({ origin: [`https://front-${number}.example`], credentials: true })
    class ResourceWithQuiteALongNameController {
      @Get() list(): void {}
      @Get(':id') one(): void {}
      @Post() create(): void {}
      @Put(':id') update(): void {}
      @Delete(':id') remove(): void {}
      @Get(':id/parts') @CorsPolicy({ maxAge: 60 }) parts(): void {}
      @Post(':id/parts') addPart(): void {}
      @Get(':id/parts/:part') part(): void {}
      @Put(':id/parts/:part') updatePart(): void {}
      @Delete(':id/parts/:part') removePart(): void {}
    }
    Object.defineProperty(ResourceWithQuiteALongNameController, 'name', {
      value: `ResourceWithQuiteALongName${number}Controller`,
    });
    return ResourceWithQuiteALongNameController;
  });
}

/** Starts an app of 1,000 routes, or of ten for each controller. */
export function startLarge({ port = 0, token = TOKEN, controllers = 100 } = {}): Promise<TestApp> {
  return startApp({
    port,
    imports: [CorsDevtoolsModule.forRoot({ tester: false, token })],
    controllers: manyControllers(controllers),
  });
}

/** The address of its page: the log does not have a token of the options. */
export function largeAddress({ url }: TestApp): string {
  return `${url}/__cors?token=${TOKEN}`;
}
