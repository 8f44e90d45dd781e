import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** Copies a text, and says so in a region that screen readers read. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }): VNode {
  const [told, tell] = useState('');
  const copy = async (): Promise<void> => {
    // A page that is not at a name of this machine may have no clipboard.
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    tell(done ? 'Copied' : 'Your browser does not let this page copy. Select the text.');
    setTimeout(() => tell(''), 4000);
  };
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>
        {label}
      </button>
      <span role="status" class="soft">
        {told}
      </span>
    </span>
  );
}
