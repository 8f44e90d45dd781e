import type { INestApplication } from '@nestjs/common';

/** The target of a page: an app, which need not listen, or the URL of a server that runs. */
export type BrowserTarget = INestApplication | string;
