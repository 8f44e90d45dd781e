import type { VNode } from 'preact';
import { type Column, removeColumn } from './columns.js';
import { COLUMN } from './sizes.js';
import type { Span } from './window.js';

/** The origins, above their columns. */
export function GridHead({ columns, span }: { columns: readonly Column[]; span: Span }): VNode {
  return (
    <div role="rowgroup" class="matrix-head">
      <div role="row" aria-rowindex={1}>
        <div role="columnheader" aria-colindex={1} class="first">
          Route
        </div>
        {columns.slice(span.from, span.to).map(({ origin, problem }, index) => (
          <div
            key={origin}
            role="columnheader"
            aria-colindex={span.from + index + 2}
            class="column"
            title={problem ?? origin}
            style={{ left: `calc(var(--first) + ${(span.from + index) * COLUMN}px)` }}
          >
            <OriginName origin={origin} />
            <button
              type="button"
              class="quiet"
              tabIndex={-1}
              aria-label={`Remove ${origin}`}
              onClick={() => removeColumn(origin)}
            >
              ×
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

/** The scheme above the host: hosts are what differs. */
function OriginName({ origin }: { origin: string }): VNode {
  const [, scheme = '', host = origin] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/.exec(origin) ?? [];
  return (
    <code>
      <span class="scheme">{scheme}</span>
      <span class="host">{host}</span>
    </code>
  );
}
