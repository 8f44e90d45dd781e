import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Panel } from '../panel/panel.js';
import { closePanel, panel } from './state.js';
import { useStore } from './store.js';

/** The panel beside the page, or a sheet over it. The focus goes to its heading each time that it gets a question. */
export function PanelPlace({ isSheet }: { isSheet: boolean }): VNode {
  const view = useStore(panel);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [view]);
  return (
    <div
      id="panel"
      aria-labelledby="panel-title"
      role={isSheet ? 'dialog' : 'complementary'}
      aria-modal={isSheet || undefined}
    >
      <div class="panel-head">
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          Explain and try
        </h2>
        <button type="button" aria-keyshortcuts="Escape" onClick={closePanel}>
          Close
        </button>
      </div>
      <Panel />
    </div>
  );
}
