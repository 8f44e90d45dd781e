import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AskError } from '../app/ask.js';
import { useOrigins } from '../app/origins.js';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { Field, type Problem } from '../ui/field.js';
import { addColumn, columns, MOST_COLUMNS, removeColumn } from './columns.js';

/** Entries that are one origin; a pattern is many. */
const ONE_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^*\s]+$/;

/** Adds origins to the matrix, and removes them: those of policies and providers, those refused lately, and any other. */
export function Origins(): VNode {
  const chosen = useStore(columns);
  const shown = useStore(overview);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [told, tell] = useState('');
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<readonly string[]>([]);
  const entries = useOrigins(text)?.answer?.entries ?? [];
  const names = chosen.map(({ origin }) => origin);
  const found = [...new Set(entries.map(({ entry }) => entry))].filter((entry) => ONE_ORIGIN.test(entry));
  const refused = shown?.refusedOrigins ?? [];
  const others = [...new Set([...found, ...refused])].filter((origin) => !names.includes(origin));

  // Several may be pasted at once. What is wrong stays in the field, with those after it.
  const add = async (written: string): Promise<void> => {
    setProblem(undefined);
    const origins = written.split(/[\s,]+/).filter(Boolean);
    while (origins.length > 0) {
      const [origin = ''] = origins;
      tell(`Asking about ${origin}…`);
      try {
        await addColumn(origin);
        origins.shift();
        tell(`${origin} has been added.`);
      } catch (error) {
        const { message, suggestion } = error as AskError;
        setProblem({ message, suggestion: origins.length === 1 ? suggestion : undefined });
        tell('');
        break;
      }
    }
    setText(origins.join(' '));
  };

  // A box keeps its tick while the app is asked about its origin.
  const switchOrigin = async (origin: string): Promise<void> => {
    if (names.includes(origin)) {
      removeColumn(origin);
    } else if (!asked.includes(origin)) {
      setAsked((before) => [...before, origin]);
      await add(origin);
      setAsked((before) => before.filter((one) => one !== origin));
    }
  };
  return (
    <>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          void add(text);
        }}
      >
        <Field
          label="Another origin"
          class="wide"
          name="origin"
          required
          placeholder="https://app.example"
          value={text}
          offers={others}
          problem={problem}
          onValue={(value) => {
            setText(value);
            setProblem(undefined);
          }}
        />
        <button type="submit">Add</button>
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="chevron" aria-hidden="true" /> {chosen.length} of at most {MOST_COLUMNS} origins
        </button>
        <p role="status" class="told soft">
          {told}
        </p>
      </form>
      {open && (
        <fieldset class="origins">
          <legend class="hidden">Origins of the matrix</legend>
          {[...names, ...others].map((origin) => (
            <label key={origin} class="check">
              <input
                type="checkbox"
                checked={names.includes(origin) || asked.includes(origin)}
                onChange={() => void switchOrigin(origin)}
              />
              <code>{origin}</code>
              {refused.includes(origin) && <span class="soft">refused lately</span>}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
