import type { VNode } from 'preact';
import { Tag, type Tone } from '../ui/parts.js';

const VERDICTS: Readonly<Record<string, readonly [tone: Tone, word: string]>> = {
  allowed: ['good', 'Allowed'],
  blocked: ['bad', 'Blocked'],
  unknown: ['warn', 'Not known'],
};

/** A verdict with its reason. */
export function Verdict({ of, reason }: { of: 'allowed' | 'blocked' | 'unknown'; reason?: string }): VNode {
  const [tone, word] = VERDICTS[of]!;
  return (
    <p class={`verdict ${of}`}>
      <Tag tone={tone}>{word}</Tag> {reason !== undefined && <code>{reason}</code>}
    </p>
  );
}
