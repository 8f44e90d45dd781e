import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { helpIsOpen, KEYS, singleKeys, switchKeys } from './keys.js';
import { useStore } from './store.js';

/** The list of keys. The browser keeps the focus in it, and returns it. */
export function Help(): VNode {
  const open = useStore(helpIsOpen);
  const on = useStore(singleKeys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={() => helpIsOpen.set(false)}>
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, effect]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{effect}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={on} onChange={() => switchKeys(!on)} /> Single keys work outside of fields
      </label>
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
