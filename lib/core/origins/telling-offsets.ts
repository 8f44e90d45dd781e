/** Offsets that are enough to tell a list's origins into shards of about one size. */
const OFFSETS = 4;
/** How far from the end an offset may lie: hosts differ close to it, or not at all by a few characters. */
const FARTHEST = 64;
/** Values that are looked at: enough to see which characters vary. */
const SAMPLES = 512;

/**
 * Finds at which places, counted from their ends, values differ most, so that a few characters tell as much as all of
 * them would: `https://tenant-123456.shop.example` differs from its neighbours in the digits alone.
 *
 * @returns distances from the end, 1 for the last character
 */
export function tellingOffsets(values: readonly string[]): readonly number[] {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const sample = values.filter((_, index) => index % step === 0);
  const variety = Array.from({ length: FARTHEST }, (_, index) => ({
    offset: index + 1,
    distinct: new Set(sample.map((value) => value.charCodeAt(value.length - index - 1))).size,
  }));
  return variety
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, OFFSETS)
    .map(({ offset }) => offset);
}
