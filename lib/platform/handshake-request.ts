import type { IncomingMessage } from 'node:http';
import type { CorsRequest } from '../core/request.js';
import type { Platform, RequestAddress } from './adapter.js';
import { fieldValue } from './native-request.js';

/** A request that the web framework never sees: a WebSocket handshake, or one that socket.io answers. */
export class HandshakeRequest implements CorsRequest {
  readonly method: string;
  readonly url: string;
  readonly target: string;
  readonly origin: string | undefined;
  #address: RequestAddress | undefined;
  readonly #platform: Pick<Platform, 'addressOf'>;

  constructor(
    readonly native: IncomingMessage,
    platform: Pick<Platform, 'addressOf'>,
  ) {
    this.method = native.method ?? '';
    this.url = native.url ?? '';
    this.target = this.url;
    // socket.io sets a malformed one to `null`.
    this.origin = native.headers.origin ?? undefined;
    this.#platform = platform;
  }

  get path(): string {
    return this.url.split('?', 1)[0]!;
  }

  get hostname(): string {
    return this.#addressed.hostname;
  }

  header(name: string): string | undefined {
    return fieldValue(this.native.headers, name);
  }

  headerNames(): readonly string[] {
    return Object.keys(this.native.headers);
  }

  ownOrigin(): string | undefined {
    return this.#addressed.origin;
  }

  get #addressed(): RequestAddress {
    return (this.#address ??= this.#platform.addressOf(this.native));
  }
}
