import type { VNode } from 'preact';
import type { OverviewRoute } from '../../protocol.js';

const FIRST = ['origin', 'methods', 'allowedHeaders', 'exposedHeaders', 'credentials', 'maxAge', 'enforce'];
const NO_FIELDS = ['name', 'noCors', 'reportOnly', ...FIRST];
const DEFAULTS: Readonly<Record<string, string>> = {
  methods: "the route's own",
  maxAge: "the browser's own (5 s)",
  reportOnly: 'none',
};

export interface PolicyFieldsProps extends Pick<OverviewRoute, 'provenance' | 'sources'> {
  readonly policy: NonNullable<OverviewRoute['policy']>;
}

/** The fields of an effective policy, each with the place that it was written at. */
export function PolicyFields({ policy, provenance, sources }: PolicyFieldsProps): VNode {
  const values = policy as unknown as Readonly<Record<string, unknown>>;
  const others = Object.keys(values).filter((field) => !NO_FIELDS.includes(field));
  return (
    <table class="policy-fields">
      <caption class="hidden">Effective policy, and where each field was written</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {[...FIRST, ...others, 'reportOnly'].map((field) => {
          const place = provenance[field];
          return (
            <tr key={field} class={place === undefined ? 'unset' : ''}>
              <th scope="row">
                <code>{field}</code>
              </th>
              <td>{values[field] === undefined ? DEFAULTS[field] : textOf(values[field])}</td>
              <td>
                {place ?? 'default'}
                {place !== undefined && <span class="source"> {sources[place]}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value);
}
