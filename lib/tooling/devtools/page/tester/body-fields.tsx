import type { VNode } from 'preact';
import { type Draft, isSocket } from '../panel/draft.js';
import { Field, type Problem } from '../ui/field.js';

const KINDS: readonly (readonly [Draft['body'], string])[] = [
  ['none', 'none'],
  ['text', 'text'],
  ['json', 'JSON'],
  ['form', 'form fields'],
  ['files', 'files'],
];

interface BodyFieldsProps {
  readonly draft: Draft;
  /** The problem of a field. */
  readonly about: (field: string) => Problem | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** The parts of a question that only the live tester needs, and the type of a body, which decides about the preflight. */
export function BodyFields({ draft, about, onChange }: BodyFieldsProps): VNode {
  if (isSocket(draft)) {
    return (
      <Field
        class="full"
        label="First message to send"
        name="message"
        value={draft.message}
        rows={1}
        placeholder={'of socket.io an event: ["chat", "hello"]'}
        onValue={(message) => onChange({ message })}
      />
    );
  }
  const problem = ['body', 'text', 'fields', 'cookies'].map(about).find((each) => each !== undefined);
  return (
    <details class="full" open={draft.body !== 'none' || draft.cookies !== '' || problem !== undefined}>
      <summary>Body and cookies</summary>
      <div class="body-fields">
        <label>
          Body{' '}
          <select
            name="body"
            value={draft.body}
            onChange={({ currentTarget }) => onChange({ body: currentTarget.value as Draft['body'] })}
          >
            {KINDS.map(([kind, word]) => (
              <option key={kind} value={kind}>
                {word}
              </option>
            ))}
          </select>
        </label>
        {about('body') && (
          <p class="told problem" role="status">
            {about('body')?.message}
          </p>
        )}
        <BodyContent draft={draft} about={about} onChange={onChange} />
        <Field
          label="Cookies for the time of the test, one a line"
          name="cookies"
          value={draft.cookies}
          rows={1}
          placeholder="session=1"
          problem={about('cookies')}
          onValue={(cookies) => onChange({ cookies })}
        />
      </div>
    </details>
  );
}

function BodyContent({ draft, about, onChange }: BodyFieldsProps): VNode | null {
  if (draft.body === 'text' || draft.body === 'json') {
    return (
      <Field
        label={draft.body === 'json' ? 'JSON' : 'Text'}
        name="text"
        value={draft.text}
        rows={3}
        problem={about('text')}
        onValue={(text) => onChange({ text })}
      />
    );
  }
  if (draft.body === 'none') {
    return null;
  }
  return (
    <>
      {draft.body === 'files' && (
        <>
          <Field label="Name of the field" name="file" value={draft.file} onValue={(file) => onChange({ file })} />
          <label>
            Files{' '}
            <input
              type="file"
              name="files"
              multiple
              onChange={({ currentTarget }) => onChange({ files: [...(currentTarget.files ?? [])] })}
            />
          </label>
        </>
      )}
      <Field
        label="Form fields, one a line"
        name="fields"
        value={draft.fields}
        rows={2}
        placeholder="name=value"
        problem={about('fields')}
        onValue={(fields) => onChange({ fields })}
      />
    </>
  );
}
