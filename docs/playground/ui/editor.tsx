import type { VNode } from 'preact';
import { useId, useRef } from 'preact/hooks';
import type { Problem } from '../model/problems.js';

/** Most lines that are shown at once. */
const MOST_ROWS = 40;

interface EditorProps {
  readonly code: string;
  readonly problems: readonly Problem[];
  /** The folder of the pages about errors. */
  readonly errors: string;
  readonly onCode: (code: string) => void;
}

/** The text with line numbers, and what is wrong with it. */
export function Editor({ code, problems, errors, onCode }: EditorProps): VNode {
  const id = useId();
  const text = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = code.split('\n').length;
  const wrong = new Set(problems.map(({ line }) => line));
  const show = ({ line, column }: Problem): void => {
    const start =
      code
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length +
      (line > 1 ? 1 : 0) +
      column -
      1;
    text.current?.focus();
    text.current?.setSelectionRange(start, start + 1);
  };
  return (
    <div class="pg-editor">
      <label for={id}>Policies and routes</label>
      <div class="pg-code">
        <div class="pg-gutter" aria-hidden="true" ref={gutter}>
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} class={wrong.has(index + 1) ? 'pg-wrong' : undefined}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          id={id}
          ref={text}
          value={code}
          rows={Math.min(MOST_ROWS, lines + 1)}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-invalid={problems.length > 0}
          aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
          onInput={(event) => onCode(event.currentTarget.value)}
          onScroll={(event) => {
            gutter.current!.style.transform = `translateY(${-event.currentTarget.scrollTop}px)`;
          }}
        />
      </div>
      {problems.length > 0 && (
        <ul class="pg-problems" id={`${id}-problems`}>
          {problems.map((problem, index) => (
            <li key={index}>
              <button type="button" onClick={() => show(problem)}>
                Line {problem.line}, column {problem.column}
              </button>{' '}
              {problem.message}
              {problem.issue !== undefined && (
                <>
                  {' '}
                  <a href={`${errors}${problem.issue}`}>{problem.issue}</a>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
