import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import type { RequestForm } from '../model/state.js';

interface RequestProps {
  readonly request: RequestForm;
  /** What is wrong with it. */
  readonly problem: string | undefined;
  readonly onRequest: (request: RequestForm) => void;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ORIGINS = ['https://app.example', 'https://other.example', 'http://localhost:5173', 'null'];

/** The request that a page makes. */
export function RequestFields({ request, problem, onRequest }: RequestProps): VNode {
  const change =
    (field: keyof RequestForm) =>
    (value: string | boolean): void =>
      onRequest({ ...request, [field]: value });
  const id = useId();
  return (
    <fieldset class="pg-request" aria-describedby={problem === undefined ? undefined : `${id}-problem`}>
      <legend>The request of a page</legend>
      <TextField label="Method" value={request.method} offers={METHODS} onValue={change('method')} />
      <TextField label="Address" wide value={request.url} onValue={change('url')} />
      <TextField
        label="Origin of the page"
        wide
        hint="Empty: a caller that is not a page."
        value={request.origin}
        offers={ORIGINS}
        onValue={change('origin')}
      />
      <div class="pg-field pg-wide">
        <label for={`${id}-headers`}>Headers that the script sets, one a line</label>
        <textarea
          id={`${id}-headers`}
          rows={2}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          placeholder="Content-Type: application/json"
          value={request.headers}
          onInput={(event) => change('headers')(event.currentTarget.value)}
        />
      </div>
      <label class="pg-check pg-wide">
        <input
          type="checkbox"
          checked={request.credentials}
          onChange={(event) => change('credentials')(event.currentTarget.checked)}
        />
        With cookies: <code>credentials: 'include'</code>
      </label>
      {problem !== undefined && (
        <p class="pg-problem pg-wide" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </fieldset>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly wide?: boolean;
  readonly hint?: ComponentChildren;
  readonly offers?: readonly string[];
  readonly onValue: (value: string) => void;
}

function TextField({ label, value, wide = false, hint, offers, onValue }: TextFieldProps): VNode {
  const id = useId();
  return (
    <div class={wide ? 'pg-field pg-wide' : 'pg-field'}>
      <label for={id}>{label}</label>
      <input
        id={id}
        value={value}
        list={offers && `${id}-offers`}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
      {hint !== undefined && (
        <p class="pg-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
