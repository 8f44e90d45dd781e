import { quote } from '../core/problems/quote.js';
import { AllowlistError, errorText } from './log.js';
import type { OriginSource } from './ports.js';
import { untilAborted } from './with-timeout.js';

/** What a source calls the state of its list; `undefined` where it cannot tell. */
export type Version = string | number | bigint | undefined;

/**
 * Asks a source for its version; `undefined`, and no promise of it, where there is nobody to ask.
 *
 * @param loadTimeoutMs after which `signal` is aborted, for the message
 * @throws AllowlistError (a rejection) where `version()` rejects, does not end in time, or answers what is no version
 */
export function readVersion(
  source: Pick<OriginSource, 'version'>,
  signal: AbortSignal,
  loadTimeoutMs: number,
): Promise<Version> | undefined {
  return typeof source.version === 'function' ? askVersion(source, signal, loadTimeoutMs) : undefined;
}

async function askVersion(
  source: Pick<OriginSource, 'version'>,
  signal: AbortSignal,
  loadTimeoutMs: number,
): Promise<Version> {
  const ask = async (): Promise<unknown> => source.version?.(signal);
  let version: unknown;
  try {
    version = await untilAborted(ask(), signal);
  } catch (error) {
    const text = signal.aborted ? `did not end within ${loadTimeoutMs} ms` : `failed: ${errorText(error)}`;
    throw new AllowlistError(`version() ${text}`, { cause: error });
  }
  if (isVersion(version)) {
    return version;
  }
  if (version === null) {
    return undefined;
  }
  throw new AllowlistError(`version() must hand over a string, a number, a bigint or undefined, not ${quote(version)}`);
}

function isVersion(value: unknown): value is Version {
  return ['string', 'number', 'bigint', 'undefined'].includes(typeof value);
}
