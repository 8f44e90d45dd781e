// The median, the mean and the spread of repeated measurements.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The value that a quarter of the measurements does not reach. Other work on the machine only adds to a time, so this is
 * the steadiest value on a busy machine: two equal apps differ by two per cent, where their means differ by ten.
 */
export function lowerQuartile(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 2];
}

/** `1.23 (1.20 to 1.31)`: the median, the least and the most. */
export function spread(values, digits = 2) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** Returns the numbers below `count`, in another order each time. */
export function shuffled(count) {
  return Array.from({ length: count }, (_, index) => ({ index, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
}
