import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { openPanel } from '../app/state.js';
import { Field, type Problem } from '../ui/field.js';
import { readPasted } from './paste.js';

/** The field at the top: what is pasted there is explained in the panel. */
export function PasteField(): VNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const read = (pasted: string): void => {
    try {
      const { notes, ...question } = readPasted(pasted);
      setProblem(undefined);
      openPanel(question, { notes: ['Filled in from what was pasted.', ...notes] });
    } catch (error) {
      setProblem({ message: (error as Error).message });
    }
  };
  return (
    <section aria-labelledby="paste-title">
      <h2 id="paste-title">Why was it blocked?</h2>
      <form
        id="paste"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          read(text);
        }}
      >
        <Field
          class="full"
          label="Paste what the console said, a curl command or a URL"
          data-paste
          rows={1}
          value={text}
          problem={problem}
          placeholder="Access to fetch at '…' from origin '…' has been blocked by CORS policy: …"
          onValue={setText}
          onPaste={({ currentTarget }) => {
            const field = currentTarget as HTMLTextAreaElement;
            // The field has the pasted text only after this event.
            setTimeout(() => read(field.value));
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              read(text);
            }
          }}
        />
        <button type="submit" class="primary">
          Explain what was pasted
        </button>
      </form>
    </section>
  );
}
