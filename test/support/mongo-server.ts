import { type AddressInfo, createServer, type Socket } from 'node:net';
import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;

type Document = Record<string, unknown>;

/**
 * A replacement for a MongoDB server, for tests. It implements the part of OP_MSG that Mongoose needs to read and write
 * documents.
 */
export interface MongoServer {
  readonly url: string;
  /** The documents of a collection; a test may change them. */
  collection(name: string): Document[];
  /** The read preferences of the commands received. */
  readonly readPreferences: Set<unknown>;
  /** Sets how the server handles `find`: it answers, answers with an error, or sends nothing. */
  become(state: MongoState): void;
  close(): Promise<void>;
}

type MongoState = 'up' | 'failing' | 'silent';

const OP_MSG = 2013;
const OP_QUERY = 2004;
const OP_REPLY = 1;

export async function mongoServer(): Promise<MongoServer> {
  const collections = new Map<string, Document[]>();
  const readPreferences = new Set<unknown>();
  const sockets = new Set<Socket>();
  let state: MongoState = 'up';
  const collection = (name: string): Document[] => {
    const known = collections.get(name) ?? [];
    collections.set(name, known);
    return known;
  };
  const server = createServer((socket) => {
    let buffered = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      buffered = Buffer.concat([buffered, data]);
      while (buffered.length >= 16 && buffered.length >= buffered.readInt32LE(0)) {
        const message = buffered.subarray(0, buffered.readInt32LE(0));
        buffered = buffered.subarray(message.length);
        const command = readCommand(message);
        readPreferences.add((command['$readPreference'] as Document | undefined)?.['mode'] ?? 'primary');
        if (state === 'up' || !('find' in command)) {
          socket.write(reply(message, answer(command, collection)));
        } else if (state === 'failing') {
          socket.write(reply(message, { ok: 0, code: 2, codeName: 'BadValue', errmsg: 'broken down' }));
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/shop`,
    collection,
    readPreferences,
    become: (next) => void (state = next),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(command: Document, collection: (name: string) => Document[]): Document {
  const [name = ''] = Object.keys(command);
  const rows = collection(String(command[name]));
  switch (name) {
    case 'hello':
    case 'ismaster':
    case 'isMaster':
      return {
        ok: 1,
        ismaster: true,
        isWritablePrimary: true,
        helloOk: true,
        minWireVersion: 0,
        maxWireVersion: 21,
        maxBsonObjectSize: 16_777_216,
        maxMessageSizeBytes: 48_000_000,
        maxWriteBatchSize: 100_000,
      };
    case 'find':
      return {
        ok: 1,
        cursor: {
          id: BSON.Long.ZERO,
          ns: `shop.${String(command[name])}`,
          firstBatch: rows.filter(matches(command['filter'])),
        },
      };
    case 'insert':
      rows.push(...(command['documents'] as Document[]));
      return { ok: 1, n: (command['documents'] as Document[]).length };
    case 'delete':
      for (const { q } of command['deletes'] as { q: Document }[]) {
        rows.splice(0, rows.length, ...rows.filter((row) => !matches(q)(row)));
      }
      return { ok: 1, n: 1 };
    case 'update':
      for (const { q, u } of command['updates'] as { q: Document; u: { $inc?: Record<string, number> } }[]) {
        let row = rows.find(matches(q));
        if (row === undefined) {
          rows.push((row = { ...q }));
        }
        for (const [field, by] of Object.entries(u.$inc ?? {})) {
          row[field] = Number(row[field] ?? 0) + by;
        }
      }
      return { ok: 1, n: 1, nModified: 1 };
    case 'aggregate':
      // A server outside a replica set has no change streams.
      return {
        ok: 0,
        code: 40_573,
        codeName: 'Location40573',
        errmsg: 'The $changeStream stage is only supported on replica sets',
      };
    default:
      return { ok: 1 };
  }
}

function matches(filter: unknown): (row: Document) => boolean {
  const wanted = Object.entries((filter ?? {}) as Document);
  return (row) => wanted.every(([field, value]) => row[field] === value);
}

/** Reads a message (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/) into one command. */
function readCommand(message: Buffer): Document {
  if (message.readInt32LE(12) === OP_QUERY) {
    return BSON.deserialize(message.subarray(message.indexOf(0, 20) + 9));
  }
  let command: Document = {};
  for (let at = 20; at < message.length;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    if (kind === 0) {
      command = { ...BSON.deserialize(message.subarray(at + 1, at + 1 + size)), ...command };
    } else {
      const nameEnd = message.indexOf(0, at + 5);
      const documents: Document[] = [];
      for (let from = nameEnd + 1; from < at + 1 + size; from += message.readInt32LE(from)) {
        documents.push(BSON.deserialize(message.subarray(from, from + message.readInt32LE(from))));
      }
      command[message.toString('utf8', at + 5, nameEnd)] = documents;
    }
    at += 1 + size;
  }
  // The name of the command must be the first key, in any order of the sections.
  const { documents, updates, deletes, ...rest } = command;
  return { ...rest, documents, updates, deletes };
}

function reply(to: Buffer, document: Document): Buffer {
  const body = Buffer.from(BSON.serialize(document));
  const isQuery = to.readInt32LE(12) === OP_QUERY;
  const head = Buffer.alloc(isQuery ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(to.readInt32LE(4), 8);
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) {
    head.writeInt32LE(1, 32);
  }
  return Buffer.concat([head, body]);
}
