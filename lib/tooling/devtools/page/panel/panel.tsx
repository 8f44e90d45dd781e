import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExplainAnswer, TesterBody } from '../../protocol.js';
import { ask, AskError } from '../app/ask.js';
import { overview, panel } from '../app/state.js';
import { useStore } from '../app/store.js';
import { refusedOrigins } from '../live/stream.js';
import { TestResult } from '../tester/result.js';
import { type Tested, tryForReal } from '../tester/run.js';
import { Answer } from './answer.js';
import { type Draft, EMPTY, FieldError, filled, readDraft } from './draft.js';
import { type FormProblem, QuestionForm } from './form.js';

interface Outcome extends Partial<Tested> {
  readonly explained: ExplainAnswer;
  readonly body: TesterBody | undefined;
}

/** The content of the panel: a question, and its answer below. */
export function Panel(): VNode {
  const view = useStore(panel);
  const shown = useStore(overview);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [problem, setProblem] = useState<FormProblem | undefined>(undefined);
  const [told, tell] = useState('');
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const tester = shown?.tester ?? null;
  const [from, setFrom] = useState('');
  const chosen = tester?.origins.find(({ frame }) => frame === from)?.frame ?? tester?.origins[0]?.frame ?? '';
  // Only the answer to the last question is shown.
  const asked = useRef(0);

  /** @returns what to say about the outcome */
  const run = async (task: () => Promise<readonly [Outcome, string]>): Promise<void> => {
    const mine = (asked.current += 1);
    setProblem(undefined);
    tell('Asking…');
    try {
      const [next, words] = await task();
      if (mine === asked.current) {
        setOutcome(next);
        tell(words);
      }
    } catch (error) {
      if (mine === asked.current) {
        const found = problemOf(error);
        setOutcome(undefined);
        setProblem(found);
        tell(found === undefined ? (error as Error).message : `Nothing was asked: fix the field ${found.field}.`);
      }
    }
  };

  const explain = (of: Draft): Promise<void> =>
    run(async () => {
      const { question, body } = readDraft(of, location.origin);
      const explained = await ask<ExplainAnswer>('explain.json', JSON.stringify(question));
      return [{ explained, body }, `Explained: ${explained.verdict}.`];
    });

  const send = (): Promise<void> =>
    run(async () => {
      const read = readDraft(draft, location.origin);
      const tested = await tryForReal(read, chosen, shown!);
      return [{ ...tested, body: read.body }, tested.comparison.summary];
    });

  useEffect(() => {
    if (view !== undefined) {
      const next = filled(
        view.question,
        { ...draft, origin: draft.origin || (shown?.origins[0] ?? '') },
        location.origin,
      );
      setDraft(next);
      setOutcome(undefined);
      tell('');
      if (view.explain) {
        void explain(next);
      }
    }
  }, [view]);

  return (
    <>
      {view?.notes !== undefined && view.notes.length > 0 && (
        <div class="filled" role="status">
          <ul>
            {view.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      )}
      <QuestionForm
        draft={draft}
        problem={problem}
        origins={[...new Set([...(shown?.origins ?? []), ...(shown?.refusedOrigins ?? []), ...refusedOrigins()])]}
        tester={tester}
        from={chosen}
        onChange={(part) => setDraft({ ...draft, ...part })}
        onFrom={setFrom}
        onExplain={() => void explain(draft)}
        onSend={() => void send()}
      />
      <p id="told" role="status">
        {told}
      </p>
      <div id="result">
        {outcome?.comparison && <TestResult comparison={outcome.comparison} seen={outcome.seen!} />}
        {outcome && (
          <section class="card" aria-label={outcome.comparison ? 'Predicted' : 'Explained'}>
            <h3>{outcome.comparison ? 'Predicted' : 'Explained'}</h3>
            <Answer of={outcome.explained} body={outcome.body} />
          </section>
        )}
      </div>
    </>
  );
}

/** @returns `undefined` for an error that no field has caused */
function problemOf(error: unknown): FormProblem | undefined {
  if (error instanceof FieldError) {
    return { field: error.field, message: error.message };
  }
  return error instanceof AskError && error.field !== undefined
    ? { field: error.field, message: error.message, suggestion: error.suggestion }
    : undefined;
}
