import type { VNode } from 'preact';
import type { TesterInvitation } from '../../protocol.js';
import { BodyFields } from '../tester/body-fields.js';
import { Field, type Problem } from '../ui/field.js';
import { type Draft, isSocket } from './draft.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'WS'];

/** A problem of the form, and the field that it is about. */
export interface FormProblem extends Problem {
  readonly field: string;
}

export interface QuestionFormProps {
  readonly draft: Draft;
  readonly problem: FormProblem | undefined;
  readonly origins: readonly string[];
  readonly tester: TesterInvitation | null;
  /** Address of the tester's document that is chosen. */
  readonly from: string;
  readonly onChange: (part: Partial<Draft>) => void;
  readonly onFrom: (address: string) => void;
  readonly onExplain: () => void;
  readonly onSend: () => void;
}

/** The question of the panel as a form. */
export function QuestionForm(props: QuestionFormProps): VNode {
  const { draft, problem, origins, onChange, onExplain } = props;
  const socket = isSocket(draft);
  const about = (field: string): Problem | undefined => (problem?.field === field ? problem : undefined);
  return (
    <form
      id="question"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        onExplain();
      }}
    >
      <Field
        class="narrow"
        label="Method"
        name="method"
        value={draft.method}
        offers={METHODS}
        maxLength={32}
        problem={about('method')}
        onValue={(method) => onChange({ method })}
      />
      <Field
        class="wide"
        label="URL"
        name="url"
        value={draft.url}
        maxLength={2048}
        problem={about('url')}
        onValue={(url) => onChange({ url })}
      />
      <Field
        class="full"
        label="Origin of the page"
        name="origin"
        value={draft.origin}
        offers={origins}
        maxLength={512}
        problem={about('origin')}
        onValue={(origin) => onChange({ origin })}
      />
      {socket ? (
        <>
          <Field
            class="full"
            label="Namespace of socket.io"
            name="namespace"
            value={draft.namespace}
            placeholder="/"
            maxLength={512}
            problem={about('namespace')}
            onValue={(namespace) => onChange({ namespace })}
          />
          <p class="full soft">
            A WebSocket: the browser asks nothing first, and its cookies go along whatever the policy says.
          </p>
        </>
      ) : (
        <>
          <Field
            class="full"
            label="Headers that the script sets, one a line"
            name="headers"
            value={draft.headers}
            rows={2}
            maxLength={2000}
            placeholder="X-Api-Key: 1"
            problem={about('headers')}
            onValue={(headers) => onChange({ headers })}
          />
          <label class="full check">
            <input
              name="credentials"
              type="checkbox"
              checked={draft.credentials}
              onInput={({ currentTarget }) => onChange({ credentials: currentTarget.checked })}
            />{' '}
            with cookies (<code>credentials: 'include'</code>)
          </label>
        </>
      )}
      <BodyFields draft={draft} about={about} onChange={onChange} />
      <Actions {...props} />
    </form>
  );
}

function Actions({ tester, from, onFrom, onSend }: QuestionFormProps): VNode {
  return (
    <div class="full actions">
      <button type="submit" class="primary">
        Explain
      </button>
      {tester !== null && (
        <fieldset>
          <legend class="hidden">Live tester</legend>
          <button type="button" onClick={onSend}>
            Send it for real
          </button>
          <label>
            from{' '}
            <select
              name="from"
              value={from}
              aria-describedby="live-note"
              onChange={({ currentTarget }) => onFrom(currentTarget.value)}
            >
              {tester.origins.map(({ origin, frame }) => (
                <option key={frame} value={frame}>
                  {origin}
                </option>
              ))}
            </select>
          </label>
          <span id="live-note" class="soft">
            It is a real request: handlers run, and gateways connect.
          </span>
        </fieldset>
      )}
    </div>
  );
}
