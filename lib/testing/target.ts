import type { INestApplication } from '@nestjs/common';

/** What a page talks to: an app, which need not listen, or the URL of a server that runs. */
export type BrowserTarget = INestApplication | string;
