import { Duplex } from 'node:stream';

/** The properties of a connection that a server reads. */
interface Peer {
  readonly remoteAddress: string;
  readonly encrypted: boolean;
}

/** One end of a connection that never leaves the process: what is written here is read at the other end. */
class End extends Duplex {
  other!: End;
  private whenRead: (() => void) | undefined;

  override _read(): void {
    const whenRead = this.whenRead;
    this.whenRead = undefined;
    whenRead?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other.readableEnded || this.other.destroyed || this.other.push(chunk)) {
      done();
    } else {
      this.other.whenRead = done;
    }
  }

  override _final(done: () => void): void {
    this.other.hangUp();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read();
    this.other.hangUp();
    done(error);
  }

  // The settings of a network socket. Frameworks call them (Nest 11 does so for server-sent events); none has a use here.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /** The other end has nothing more to say; what it said before is still read. */
  private hangUp(): void {
    if (!this.readableEnded && !this.destroyed && !this.hungUp) {
      this.hungUp = true;
      this.push(null);
    }
  }
  private hungUp = false;
}

/** A connection within the process, with back-pressure: the client's end, and the server's, which knows its peer. */
export function connection(peer: Peer): { readonly client: Duplex; readonly server: Duplex } {
  const client = new End();
  const server = Object.assign(new End(), peer);
  client.other = server;
  server.other = client;
  return { client, server };
}
