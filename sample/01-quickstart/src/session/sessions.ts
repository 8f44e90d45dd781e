import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Who is signed in, by the value of the session cookie. */
@Injectable()
export class Sessions {
  private readonly customers = new Map<string, string>();

  /** Starts a session and answers its id. */
  start(customer: string): string {
    const id = randomUUID();
    this.customers.set(id, customer);
    return id;
  }

  customerOf(id: string): string | undefined {
    return this.customers.get(id);
  }
}
