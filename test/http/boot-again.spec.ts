import { Controller, Get, type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { jest } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { CorsModule, CorsPolicy } from '../../lib/index.js';

class Lists {
  @Get('list')
  list() {
    return [];
  }
}

@CorsPolicy('books')
@Controller('books')
class BooksController extends Lists {}

@CorsPolicy('films')
@Controller('films')
class FilmsController extends Lists {}

function moduleFor(edition: string): Type {
  @Module({
    imports: [
      CorsModule.forRoot({
        policies: {
          books: { origin: `https://books-${edition}.example` },
          films: { origin: `https://films-${edition}.example` },
        },
      }),
    ],
    controllers: [BooksController, FilmsController],
  })
  class AppModule {}
  return AppModule;
}

describe('an app that is closed and started again', () => {
  const warn = jest.fn<(message: string) => void>();
  const ignore = (): void => undefined;
  const logger = { log: ignore, error: ignore, warn };
  let app: INestApplication | undefined;

  const boot = async (edition: string, adapter: ExpressAdapter): Promise<INestApplication> => {
    app = await NestFactory.create(moduleFor(edition), adapter, { logger, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return app;
  };
  const grants = async (path: string, origin: string): Promise<string | undefined> => {
    const { headers } = await request(await app!.getUrl())
      .get(path)
      .set('Origin', origin);
    return headers['access-control-allow-origin'];
  };

  afterEach(async () => {
    await app?.close();
    warn.mockClear();
  });

  it('applies only its new policies, without a warning, on an instance of its own', async () => {
    await (await boot('one', new ExpressAdapter())).close();
    await boot('two', new ExpressAdapter());

    expect(await grants('/books/list', 'https://books-two.example')).toBe('https://books-two.example');
    expect(await grants('/books/list', 'https://books-one.example')).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  });

  it('applies only its new policies on the same adapter, also for inherited handlers', async () => {
    const adapter = new ExpressAdapter(express());
    for (const edition of ['one', 'two', 'three']) {
      await boot(edition, adapter);

      expect(await grants('/books/list', `https://books-${edition}.example`)).toBe(`https://books-${edition}.example`);
      expect(await grants('/films/list', `https://films-${edition}.example`)).toBe(`https://films-${edition}.example`);
      expect(await grants('/films/list', 'https://films-one.example')).toBe(
        edition === 'one' ? 'https://films-one.example' : undefined,
      );
      await app!.close();
    }
  });

  it('warns if the routes of the closed app are still on the instance', async () => {
    const server = express();
    await (await boot('one', new ExpressAdapter(server))).close();
    expect(warn).not.toHaveBeenCalled();

    await boot('two', new ExpressAdapter(server));
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('Another Nest app was started'), 'CorsModule');
    // The routes of the first app answer before this app runs, so the preflight is not granted.
    expect(await grants('/books/list', 'https://books-two.example')).toBeUndefined();
  });
});
