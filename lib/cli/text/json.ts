import { escapeInvisible } from '../../core/problems/quote.js';

/** Data as indented JSON, whose strings cannot steer a terminal either. */
export function jsonText(data: unknown): string {
  // A line break stands between lines only: within a string it is escaped already.
  const lines = JSON.stringify(data, null, 2).split('\n').map(escapeInvisible);
  return `${lines.join('\n')}\n`;
}
