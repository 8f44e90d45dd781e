import type { VNode } from 'preact';
import { useId, useState } from 'preact/hooks';
import { readPasted } from '../../../lib/tooling/devtools/page/paste/paste.js';
import type { RequestForm } from '../model/state.js';

interface PasteProps {
  readonly request: RequestForm;
  readonly onRequest: (request: RequestForm) => void;
}

/** Fills the form in from what the reader has: a message of the console, a command or an address. */
export function Paste({ request, onRequest }: PasteProps): VNode {
  const id = useId();
  const [text, setText] = useState('');
  const [notes, setNotes] = useState<readonly string[]>([]);
  const read = (): void => {
    try {
      const { method, url, origin, headers, credentials, notes: found } = readPasted(text);
      onRequest({
        ...request,
        method: method ?? 'GET',
        url,
        origin: origin ?? request.origin,
        headers: Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
        credentials: credentials ?? request.credentials,
      });
      setNotes(['The request is filled in.', ...found]);
    } catch (error) {
      setNotes([(error as Error).message]);
    }
  };
  return (
    <details class="pg-paste">
      <summary>Fill in from a message of the console, a curl command or an address</summary>
      <label for={id}>The text to read</label>
      <textarea
        id={id}
        rows={3}
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="button" class="pg-button" onClick={read}>
        Fill in
      </button>
      <div role="status">
        {notes.map((note) => (
          <p key={note} class="pg-hint">
            {note}
          </p>
        ))}
      </div>
    </details>
  );
}
