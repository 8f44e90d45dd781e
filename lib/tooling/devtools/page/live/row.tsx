import { Component, type VNode } from 'preact';
import type { DecisionEvent } from '../../protocol.js';
import { Methods, Tag } from '../ui/parts.js';
import { type DecisionRow, isAllowed, mainOf } from './decisions.js';

interface CallProps {
  readonly row: DecisionRow;
  /** True of the row that the Tab key stops at. */
  readonly isStop: boolean;
}

/** A row of the list. It is drawn anew only if it has changed: a list of 500 changes four times a second. */
export class Call extends Component<CallProps> {
  override shouldComponentUpdate({ row, isStop }: CallProps): boolean {
    return row !== this.props.row || isStop !== this.props.isStop;
  }

  override render({ row, isStop }: CallProps): VNode {
    const { method, url, origin, route, policy, reason, time, credentials, webSocket } = mainOf(row);
    return (
      <li>
        <button
          type="button"
          class={`call ${isAllowed(row) ? 'allowed' : 'refused'}`}
          data-id={row.id}
          tabIndex={isStop ? 0 : -1}
        >
          <span class="verdicts">
            {row.preflight && <Part name="preflight" of={row.preflight} />}
            {row.request && <Part name={webSocket ? 'WebSocket' : 'request'} of={row.request} />}
          </span>
          <span class="what">
            <Methods of={[webSocket === true ? 'WS' : method]} /> <code>{url}</code>
          </span>
          <span class="from">{origin ?? 'no origin'}</span>
          <span class="why soft">
            {[reason, policy, route, credentials ? 'with credentials' : undefined].filter(Boolean).join(' · ')}
          </span>
          <time class="soft" dateTime={new Date(time).toISOString()}>
            {new Date(time).toLocaleTimeString()}
          </time>
        </button>
      </li>
    );
  }
}

function Part({ name, of: { allowed } }: { name: string; of: DecisionEvent }): VNode {
  return <Tag tone={allowed ? 'good' : 'bad'}>{`${name} ${allowed ? 'allowed' : 'refused'}`}</Tag>;
}
