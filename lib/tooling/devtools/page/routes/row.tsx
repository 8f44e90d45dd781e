import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { OverviewRoute } from '../../protocol.js';
import { openPanel } from '../app/state.js';
import { Methods, plural, Tag } from '../ui/parts.js';
import { RouteDetail } from './detail.js';
import { methodsOf, policyName } from './find.js';
import { questionAbout } from './question.js';

/** Origins that a row shows. */
const MOST_ORIGINS = 2;

export interface RouteRowProps {
  readonly route: OverviewRoute;
  readonly index: number;
  /** The origin that is asked about first. */
  readonly origin: string | undefined;
}

/** A route in a line; its details below it. The path opens the explanation in the panel. */
export function RouteRow({ route, index, origin }: RouteRowProps): VNode {
  const [open, setOpen] = useState(false);
  const { path, version, host, port, namespace, policy, findings } = route;
  const methods = methodsOf(route);
  const name = `${methods.join(', ')} ${path}`;
  const tags = [
    version && `version ${version.join(', ')}`,
    host && `host ${host.join(', ')}`,
    port && `port ${port}`,
    namespace && `namespace ${namespace}`,
  ].filter(Boolean);
  return (
    <li>
      <div class="route">
        <button
          type="button"
          class="path"
          data-row
          aria-label={`Explain ${name}`}
          onClick={() => openPanel(questionAbout(route, origin))}
        >
          <Methods of={methods} /> <code>{path}</code>
        </button>
        <span class="tags">
          {tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {findings.length > 0 && <Tag tone="warn">{plural(findings.length, 'finding')}</Tag>}
        </span>
        <span class="reach">
          <PolicyTag route={route} />
          {policy !== null && !policy.noCors && (
            <span class="soft">
              {originsOf(policy.origin)}
              {policy.credentials && ' · cookies'}
            </span>
          )}
        </span>
        <button
          type="button"
          class="quiet more"
          aria-expanded={open}
          aria-controls={`route-${index}`}
          aria-label={`Details of ${name}`}
          onClick={() => setOpen(!open)}
        >
          <span class="chevron" aria-hidden="true" />
        </button>
      </div>
      <div id={`route-${index}`} class="detail" hidden={!open}>
        {open && <RouteDetail route={route} />}
      </div>
    </li>
  );
}

function originsOf(origins: readonly string[]): string {
  const more = origins.length - MOST_ORIGINS;
  return (
    (origins.length === 0 ? 'no origin' : origins.slice(0, MOST_ORIGINS).join(', ')) +
    (more > 0 ? ` and ${more} more` : '')
  );
}

function PolicyTag({ route }: { route: OverviewRoute }): VNode {
  const kind = route.policy === null ? 'none' : route.policy.noCors ? 'closed' : 'named';
  return <span class={`policy ${kind}`}>{policyName(route)}</span>;
}
