import type { VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { EXAMPLES } from '../model/examples.js';
import { hashOf, isShared, LONGEST_HASH, stateOf } from '../model/share.js';
import type { PlaygroundState } from '../model/state.js';
import { Details, Verdict } from './answer.js';
import { JudgeClient, type Result, type WorkerLike } from './client.js';
import { Editor } from './editor.js';
import { Paste } from './paste.js';
import { RequestFields } from './request.js';

/** Where the playground finds the rest of the site. */
export interface PlaygroundParts {
  readonly startWorker: () => WorkerLike;
  /** The folder of the pages about errors, with a slash at its end. */
  readonly errors: string;
  /** The same of the pages about reasons. */
  readonly reasons: string;
  /** The same of the pages about findings of the audit. */
  readonly findings: string;
}

/** Pause after a change before it is judged, in milliseconds. */
const PAUSE = 200;

const FIRST = EXAMPLES[0]!;

export function Playground({ startWorker, errors, reasons, findings }: PlaygroundParts): VNode {
  const [state, setState] = useState<PlaygroundState>(FIRST.state);
  const [judged, setJudged] = useState<{ readonly result: Result; readonly state: PlaygroundState }>();
  const [notice, setNotice] = useState('');
  /** The state before a fix was applied, as long as nothing else has changed. */
  const [before, setBefore] = useState<PlaygroundState>();
  const client = useRef<JudgeClient | undefined>(undefined);

  const change = (next: PlaygroundState, last?: PlaygroundState): void => {
    setState(next);
    setBefore(last);
    setNotice('');
  };

  useEffect(() => {
    client.current = new JudgeClient(startWorker, (result, of) => setJudged({ result, state: of }));
    const open = async (): Promise<void> => {
      const read = await readAddress();
      if (read?.state !== undefined) {
        change(read.state);
      }
      setNotice(read?.notice ?? '');
    };
    const onHash = (): void => void open();
    onHash();
    addEventListener('hashchange', onHash);
    return () => {
      removeEventListener('hashchange', onHash);
      client.current?.close();
    };
  }, []);

  useEffect(() => {
    const timer = setTimeout(() => client.current?.ask(state), PAUSE);
    return () => clearTimeout(timer);
  }, [state]);

  const result = judged?.result;
  // A fix is one of the text that was judged, not of what was typed since.
  const applyFix = (code: string): void => {
    if (judged?.state.code === state.code) {
      change({ ...state, code }, state);
    }
  };
  const answer = result?.kind === 'answer' ? result.answer : undefined;
  return (
    <div class="pg">
      <Examples state={state} onState={change} />
      <div class="pg-columns">
        <div role="status" class="pg-status">
          <Verdict result={result} />
        </div>
        <div class="pg-question">
          <Editor
            code={state.code}
            problems={answer?.kind === 'problems' ? answer.problems : []}
            errors={errors}
            onCode={(code) => change({ ...state, code })}
          />
          <RequestFields
            request={state.request}
            problem={answer?.kind === 'question' ? answer.message : undefined}
            onRequest={(request) => change({ ...state, request })}
          />
          <Paste request={state.request} onRequest={(request) => change({ ...state, request })} />
          <button type="button" class="pg-button" onClick={() => void share(state).then(setNotice)}>
            Share by address
          </button>
          <p class="pg-notice" role="status">
            {notice}
          </p>
        </div>
        {answer?.kind === 'explained' && (
          <Details
            answer={answer}
            reasons={reasons}
            findings={findings}
            onFix={applyFix}
            onUndo={before && (() => change(before))}
          />
        )}
      </div>
    </div>
  );
}

interface ExamplesProps {
  readonly state: PlaygroundState;
  readonly onState: (state: PlaygroundState) => void;
}

function Examples({ state, onState }: ExamplesProps): VNode {
  const id = useId();
  const chosen = EXAMPLES.find((example) => example.state === state)?.id ?? '';
  return (
    <div class="pg-field pg-examples">
      <label for={id}>Example</label>
      <select
        id={id}
        value={chosen}
        onChange={({ currentTarget: { value } }) => {
          const example = EXAMPLES.find((each) => each.id === value);
          if (example !== undefined) {
            onState(example.state);
          }
        }}
      >
        {chosen === '' && <option value="">Your own</option>}
        {EXAMPLES.map(({ id: each, title }) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The state of the address, or why it cannot be read; `undefined`: the address has none. */
async function readAddress(): Promise<{ readonly state?: PlaygroundState; readonly notice: string } | undefined> {
  const { hash } = location;
  // The site has other anchors.
  if (!isShared(hash)) {
    return undefined;
  }
  const state = await stateOf(hash);
  return state === undefined
    ? { notice: 'The address has nothing that the playground can read, so nothing has changed.' }
    : { state, notice: '' };
}

/** Puts the state into the address, and copies that. */
async function share(state: PlaygroundState): Promise<string> {
  const hash = await hashOf(state);
  if (hash.length > LONGEST_HASH) {
    return 'This is too long for an address.';
  }
  // The router of the site keeps its own state there.
  history.replaceState(history.state, '', `#${hash}`);
  try {
    await navigator.clipboard.writeText(location.href);
    return 'The address has all of it, and is copied.';
  } catch {
    return 'The address of this page has all of it.';
  }
}
