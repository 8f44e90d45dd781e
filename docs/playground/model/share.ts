import type { PlaygroundState, RequestForm } from './state.js';

/** Most characters of a shared address after `#`. */
export const LONGEST_HASH = 32_000;
/** Most bytes of a state: a short text may unpack to a long one. */
const MOST_BYTES = 64_000;

const PREFIX = 'v1.';

/** The state as a part of an address: packed, and written with letters, digits, `-` and `_`. */
export async function hashOf({ code, request }: PlaygroundState): Promise<string> {
  const { method, url, origin, headers, credentials } = request;
  const text = JSON.stringify([code, method, url, origin, headers, credentials]);
  const packed = await read(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')), Infinity);
  return PREFIX + toBase64Url(packed);
}

/** Reports whether an address has a state, of this version or of another one. */
export function isShared(hash: string): boolean {
  return /^#?v\d+\./.test(hash);
}

/**
 * The state of an address. Whatever the address says, the result has the right types and a bounded size; nothing of it
 * is run.
 *
 * @param hash with or without `#`
 * @returns `undefined` for anything that `hashOf()` does not make
 */
export async function stateOf(hash: string): Promise<PlaygroundState | undefined> {
  const given = hash.replace(/^#/, '');
  if (!given.startsWith(PREFIX) || given.length > LONGEST_HASH) {
    return undefined;
  }
  try {
    const packed = fromBase64Url(given.slice(PREFIX.length));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const bytes = await read(stream, MOST_BYTES);
    return stateIn(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

function stateIn(parts: unknown): PlaygroundState | undefined {
  if (!Array.isArray(parts) || parts.length !== 6) {
    return undefined;
  }
  const [code, method, url, origin, headers, credentials] = parts as readonly unknown[];
  const texts = [code, method, url, origin, headers];
  if (!texts.every((each) => typeof each === 'string') || typeof credentials !== 'boolean') {
    return undefined;
  }
  const request = { method, url, origin, headers, credentials } as RequestForm;
  return { code: code as string, request };
}

/** @throws RangeError if there is more */
async function read(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    length += next.value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`There are more than ${most} bytes.`);
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** @throws Error for other characters */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
