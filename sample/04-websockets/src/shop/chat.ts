import { Injectable } from '@nestjs/common';
import { Sessions } from '../../../01-quickstart/src/session/sessions.js';

export interface Message {
  readonly from: string;
  readonly text: string;
}

/** The chats of the customers with the shop. A socket reads and writes the chat of its signed-in customer. */
@Injectable()
export class Chat {
  private readonly talks = new Map<string, Message[]>();
  private readonly customers = new WeakMap<object, string>();

  constructor(private readonly sessions: Sessions) {}

  /**
   * Signs in a socket by the cookies of its handshake. The browser sends the cookies for every page that opens the
   * socket, so the cookies alone do not distinguish the tenant's page from another page.
   */
  signIn(socket: object, cookie: string | undefined): boolean {
    const customer = this.sessions.customerOf(cookie);
    if (customer !== undefined) {
      this.customers.set(socket, customer);
    }
    return customer !== undefined;
  }

  history(socket: object): readonly Message[] {
    return this.talkOf(this.customers.get(socket));
  }

  say(socket: object, text: string): readonly Message[] {
    const customer = this.customers.get(socket);
    const talk = this.talkOf(customer);
    if (customer !== undefined) {
      talk.push({ from: customer, text });
    }
    return talk;
  }

  /** The messages of a customer. A new chat begins with a message of the shop. */
  private talkOf(customer: string | undefined): Message[] {
    if (customer === undefined) {
      return [];
    }
    const talk = this.talks.get(customer) ?? [{ from: 'shop', text: 'Your tea comes on Friday, to 12 Mill Lane.' }];
    this.talks.set(customer, talk);
    return talk;
  }
}
