import type { IncomingMessage } from 'node:http';
import type { CorsRequest } from '../../core/request.js';
import { NativeRequest, type NativeRequestFields } from '../native-request.js';

/** The part of a request of Express 5 that is read. */
export interface ExpressRequest extends IncomingMessage, NativeRequestFields {
  readonly headers: IncomingMessage['headers'];
  /** The part of the address that mounts have cut off. */
  readonly baseUrl: string | undefined;
  readonly path: string;
}

export const SLASH = 47;

/** Addresses whose path may be read without Express's own parser. */
const PLAIN_PATH = /^\/[^#\s]*$/;

export class ExpressCorsRequest extends NativeRequest<ExpressRequest> {
  /** The part of the address that an outer app has cut off. */
  readonly around: string;
  private knownPath: string | undefined;

  constructor(native: ExpressRequest, sent: CorsRequest | undefined, target: string | undefined) {
    super(native, native, sent, target);
    // In a mount of this app the address is shorter than when the request came.
    this.around = sent === undefined ? (native.baseUrl ?? '') : (sent as ExpressCorsRequest).around;
    if (this.target.charCodeAt(0) !== SLASH || this.target.includes('#')) {
      // Express reads it of what the address is by then.
      this.knownPath = this.readPath();
    }
  }

  override get path(): string {
    return (this.knownPath ??= this.readPath());
  }

  private readPath(): string {
    const { target } = this;
    if (PLAIN_PATH.test(target)) {
      const query = target.indexOf('?');
      return query === -1 ? target : target.slice(0, query);
    }
    try {
      return this.native.path;
    } catch {
      // An absolute address that cannot be parsed: Express finds no route for it either.
      return '';
    }
  }
}
