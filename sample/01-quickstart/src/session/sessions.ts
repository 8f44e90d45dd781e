import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** The signed-in customers, by the value of the session cookie. */
@Injectable()
export class Sessions {
  private readonly customers = new Map<string, string>();

  /** Starts a session and returns its id. */
  start(customer: string): string {
    const id = randomUUID();
    this.customers.set(id, customer);
    return id;
  }

  /** The customer of the session in the header `Cookie`. */
  customerOf(cookie: string | undefined): string | undefined {
    const id = /(?:^|;\s*)session=([^;]+)/.exec(cookie ?? '')?.[1];
    return id === undefined ? undefined : this.customers.get(id);
  }
}
