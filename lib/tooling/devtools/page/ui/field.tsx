import type { ComponentChildren, VNode } from 'preact';
import { useId, useRef } from 'preact/hooks';

/** The reason why the value of a field is wrong, and a right value. */
export interface Problem {
  readonly message: string;
  readonly suggestion?: string | undefined;
}

export interface FieldProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly problem?: Problem | undefined;
  /** More than one line. */
  readonly rows?: number;
  /** Origins, methods: what the browser offers. */
  readonly offers?: readonly string[];
  readonly onValue: (value: string) => void;
  readonly class?: string;
  readonly name?: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly required?: boolean;
  /** True of the field that the key `/` leads to. */
  readonly search?: boolean;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly onPaste?: (event: ClipboardEvent) => void;
}

/** A field of a form. What is wrong with it is told below it, with a button that puts the correction in. */
export function Field({ label, value, problem, rows, offers, search = false, onValue, ...rest }: FieldProps): VNode {
  const id = useId();
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const properties = {
    ...rest,
    class: undefined,
    'data-search': search || undefined,
    ref: input,
    id,
    value,
    autocomplete: 'off',
    spellcheck: false,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-told`,
    onInput: (event: Event) => onValue((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class={`field ${rest.class ?? ''}`}>
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input {...properties} list={offers && `${id}-offers`} />
      ) : (
        <textarea {...properties} rows={rows} />
      )}
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
      <p id={`${id}-told`} class="told problem" role="status">
        {problem?.message}
        {problem?.suggestion !== undefined && (
          <>
            {' '}
            <button
              type="button"
              onClick={() => {
                onValue(problem.suggestion!);
                input.current?.focus();
              }}
            >
              Use {problem.suggestion}
            </button>
          </>
        )}
      </p>
    </div>
  );
}
