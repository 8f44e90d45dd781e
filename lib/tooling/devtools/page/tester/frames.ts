import type { RequestTest, SocketTest, TesterMessage, TesterSeen } from '../../protocol.js';

/** Longest time that the document of the tester may take to load, in milliseconds. */
const LOAD_MS = 8_000;
/** Longest time that it may take for an answer: longer than its own patience. */
const ANSWER_MS = 20_000;

interface Frame {
  readonly element: HTMLIFrameElement;
  readonly origin: string;
  readonly ready: Promise<void>;
  readonly arrived: () => void;
  readonly rejected: (error: Error) => void;
  /** The number of tests that wait for its answer. */
  running: number;
}

/** A question without its number. */
export type TestedRequest = Omit<RequestTest, 'id'> | Omit<SocketTest, 'id'>;

const frames = new Map<string, Frame>();
/** The addresses of the tester, which are new after each start of the app. */
let present: ReadonlySet<string> = new Set();
const waiting = new Map<number, (seen: TesterSeen) => void>();
let next = 1;

/**
 * Sends a request from an origin of the tester. Its frame is made at the first use.
 *
 * @param address of the tester's document
 * @throws Error (a rejection) where the tester does not answer
 */
export async function sendFrom(address: string, request: TestedRequest): Promise<TesterSeen> {
  const frame = frames.get(address) ?? newFrame(address);
  const id = next++;
  frame.running += 1;
  try {
    await frame.ready;
    const seen = new Promise<TesterSeen>((resolve) => waiting.set(id, resolve));
    // Files go along as they are: by structured clone.
    frame.element.contentWindow?.postMessage({ id, ...request }, frame.origin);
    return await within(ANSWER_MS, seen, 'The live tester gave no answer.');
  } finally {
    waiting.delete(id);
    frame.running -= 1;
    removeOthers();
  }
}

/** Removes the frames of all other addresses: at once, or after the test that runs in one. */
export function keepFrames(addresses: readonly string[]): void {
  present = new Set(addresses);
  removeOthers();
}

function removeOthers(): void {
  for (const [address, { element, running }] of frames) {
    if (!present.has(address) && running === 0) {
      frames.delete(address);
      element.remove();
    }
  }
}

function newFrame(address: string): Frame {
  // Adding the same listener again has no effect.
  addEventListener('message', hear);
  addEventListener('securitypolicyviolation', hearViolation);
  const element = document.createElement('iframe');
  Object.assign(element, { src: address, title: 'Live tester', className: 'hidden', tabIndex: -1, ariaHidden: 'true' });
  const { origin } = new URL(address);
  let arrived: Frame['arrived'] = () => undefined;
  let rejected: Frame['rejected'] = () => undefined;
  const here = new Promise<void>((resolve, reject) => ([arrived, rejected] = [resolve, reject]));
  const ready = within(LOAD_MS, here, `The live tester does not answer at ${origin}.`);
  ready.catch(() => {
    frames.delete(address);
    element.remove();
  });
  const frame = { element, origin, ready, arrived, rejected, running: 0 };
  frames.set(address, frame);
  document.body.append(element);
  return frame;
}

function hear({ source, origin, data }: MessageEvent<TesterMessage>): void {
  const known = [...frames.values()].find(({ element }) => element.contentWindow === source);
  if (known?.origin !== origin) {
    return;
  }
  if ('ready' in data) {
    known.arrived();
  } else {
    waiting.get(data.id)?.(data.seen);
  }
}

/** The Content-Security-Policy of the page names the tester that the app had when the page was loaded. */
function hearViolation({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void {
  for (const { origin, rejected } of effectiveDirective === 'frame-src' ? frames.values() : []) {
    if (`${blockedURI}/`.startsWith(`${origin}/`)) {
      rejected(new Error('The live tester has another port since the app was restarted: reload this page.'));
    }
  }
}

function within<T>(milliseconds: number, promise: Promise<T>, why: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
