/** Lines around a change that a diff shows. */
const AROUND = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The difference of two texts as a unified diff; empty where they are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const lines = compare(before.split('\n'), after.split('\n'));
  const changed = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const hunks: { start: number; end: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    const start = Math.max(0, index - AROUND);
    const end = Math.min(lines.length, index + AROUND + 1);
    if (last !== undefined && start <= last.end) {
      last.end = end;
    } else {
      hunks.push({ start, end });
    }
  }
  const texts = hunks.map(({ start, end }) => {
    const [old, fresh] = (['-', '+'] as const).map((sign) => {
      const own = (part: readonly Line[]): number =>
        part.filter((line) => line.sign === ' ' || line.sign === sign).length;
      return `${sign}${own(lines.slice(0, start)) + 1},${own(lines.slice(start, end))}`;
    });
    return [`@@ ${old} ${fresh} @@`, ...lines.slice(start, end).map(({ sign, text }) => sign + text)].join('\n');
  });
  return texts.length === 0 ? '' : `--- a/${path}\n+++ b/${path}\n${texts.join('\n')}\n`;
}

/** The longest common subsequence, as lines with their signs. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const from = before.findIndex((line, index) => line !== after[index]);
  if (from > 0) {
    const same = before.slice(0, from).map((text): Line => ({ sign: ' ', text }));
    return [...same, ...compare(before.slice(from), after.slice(from))];
  }
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        before[i] === after[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i]! });
      i++;
      j++;
    } else if (i < before.length && (j === after.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push({ sign: '-', text: before[i++]! });
    } else {
      lines.push({ sign: '+', text: after[j++]! });
    }
  }
  return lines;
}
