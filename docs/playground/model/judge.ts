import { unifiedDiff } from '../../../lib/tooling/cli/migrate/diff.js';
import { explainRequest } from '../../../lib/inspect/explain/explain-request.js';
import type { ExplainRequest, Explanation } from '../../../lib/inspect/explain/explanation.js';
import { type Question, readQuestion } from '../../../lib/inspect/explain/question.js';
import { startApp, type Startup, type StartupProblem } from './app.js';
import { fixedText } from './fix.js';
import { placeOf } from './parse.js';
import { nodeAt } from './places.js';
import { type Problem, UnreadableError } from './problems.js';
import type { PlaygroundState, RequestForm } from './state.js';
import { codeOf, type Exchange, wireOf } from './wire.js';
import { readText, type Written } from './written.js';

/** The text with which the request would be allowed. */
export interface Fix {
  readonly code: string;
  /** The difference to the text before. */
  readonly diff: string;
}

/** What the playground says to a state. Plain data. */
export type Answer =
  /** The text cannot be read, or the library would stop startup. */
  | { readonly kind: 'problems'; readonly by: 'playground' | 'library'; readonly problems: readonly Problem[] }
  /** The request makes no sense. */
  | { readonly kind: 'question'; readonly message: string }
  | Explained;

export interface Explained {
  readonly kind: 'explained';
  readonly explanation: Explanation;
  readonly wire: readonly Exchange[];
  /** The request as code of a page and as commands. */
  readonly copies: ReturnType<typeof codeOf>;
  /** What the app logs as it starts. */
  readonly startup: Startup;
  /** Absent where the request is allowed, or where no change of the text is the remedy. */
  readonly fix?: Fix;
  /** What is not read, and has an effect in an app. */
  readonly notes: readonly Problem[];
}

/** Explains what would happen to a request, with the code of the library. Runs nothing of what was written. */
export async function judge(state: PlaygroundState): Promise<Answer> {
  const judged = await judgeText(state.code, state.request);
  if (judged.kind !== 'read') {
    return judged;
  }
  const { explanation, startup, written } = judged;
  const fix = await fixFor(state, judged);
  return {
    kind: 'explained',
    explanation,
    wire: wireOf(explanation),
    copies: codeOf(explanation),
    startup,
    ...(fix === undefined ? {} : { fix }),
    notes: written.notes,
  };
}

/** Most reasons that one fix removes: an origin, a method, headers, credentials. */
const MOST_STEPS = 6;
/** Most lines of a text that is compared with its fix. */
const MOST_LINES = 500;

/** Removes one reason after the other until the request is allowed. */
async function fixFor({ code, request }: PlaygroundState, judged: JudgedText): Promise<Fix | undefined> {
  let [text, now] = [code, judged];
  for (let step = 0; now.explanation.verdict === 'blocked'; step++) {
    const fixed = step < MOST_STEPS ? fixedText(text, now.written, now.explanation) : undefined;
    const next = fixed === undefined ? undefined : await judgeText(fixed, request);
    if (fixed === undefined || next?.kind !== 'read') {
      return undefined;
    }
    [text, now] = [fixed, next];
  }
  const isShort = [code, text].every((each) => each.split('\n').length <= MOST_LINES);
  return text === code || !isShort ? undefined : { code: text, diff: diffOf(code, text) };
}

/** Only the changed lines and those around them. */
function diffOf(before: string, after: string): string {
  return unifiedDiff('', before, after).split('\n').slice(2, -1).join('\n');
}

/** A text and a request that were read, and the explanation. */
interface JudgedText {
  readonly kind: 'read';
  readonly written: Written;
  readonly startup: Startup;
  readonly explanation: Explanation;
}

async function judgeText(code: string, form: RequestForm): Promise<JudgedText | Exclude<Answer, Explained>> {
  try {
    const { written, problems } = readText(code);
    if (problems.length > 0) {
      return { kind: 'problems', by: 'playground', problems: inOrder(problems) };
    }
    const app = startApp(written);
    if ('issues' in app) {
      const found = app.issues.map((issue) => problemOf(issue, written));
      return { kind: 'problems', by: 'library', problems: inOrder(found) };
    }
    const question = questionIn(form);
    return 'message' in question
      ? { kind: 'question', ...question }
      : {
          kind: 'read',
          written,
          startup: app.startup,
          explanation: (await explainRequest(app.running, question, false)).explanation,
        };
  } catch (error) {
    if (error instanceof UnreadableError) {
      return { kind: 'problems', by: 'playground', problems: [error.problem] };
    }
    throw error;
  }
}

function questionIn(form: RequestForm): Question | { readonly message: string } {
  try {
    return readQuestion(requestIn(form));
  } catch (error) {
    if (error instanceof TypeError) {
      return { message: error.message.replace(/^CorsInspector\.explain\(\): /, '') };
    }
    throw error;
  }
}

/** The request of a form, for `CorsInspector.explain()`. */
export function requestIn({ method, url, origin, headers, credentials }: RequestForm): ExplainRequest {
  return { method, url, ...(origin === '' ? {} : { origin }), headers: headersIn(headers), credentials };
}

/** @throws TypeError for a line that is no field */
function headersIn(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) {
        throw new TypeError(`"${line.trim()}" is no header. Write one a line: X-Api-Key: 1`);
      }
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
}

function problemOf({ place, field, reason, suggestion, code }: StartupProblem, written: Written): Problem {
  const node = nodeAt(place, field, written);
  const where = field === '' ? place : `${place}, ${field}`;
  return {
    ...(node === undefined ? { line: 1, column: 1 } : placeOf(node)),
    message: `${where}: ${reason}${suggestion === undefined ? '' : ` Instead: ${suggestion}`}`,
    ...(code === undefined ? {} : { issue: code }),
  };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
