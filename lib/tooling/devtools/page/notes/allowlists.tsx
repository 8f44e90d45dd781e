import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { OriginsAnswer, OverviewAnswer } from '../../protocol.js';
import { useOrigins } from '../app/origins.js';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { Field } from '../ui/field.js';
import { plural, Tag } from '../ui/parts.js';
import { NoteTable } from './table.js';

type Status = OverviewAnswer['allowlists'][number];

/** The state of each allowlist, a search of their entries, and who would admit an origin. */
export function Allowlists(): VNode {
  const lists = useStore(overview)?.allowlists;
  return (
    <>
      <Admissions />
      {lists && (
        <NoteTable
          label="Allowlists"
          titles={['Provider', 'State', 'Entries', 'Loaded', 'Rejected', 'Last error']}
          none="No policy asks a provider, a function or the configuration."
          rows={lists.map((list) => [
            <code>{list.name}</code>,
            stateOf(list),
            list.entries,
            list.loadedAt === undefined ? '—' : <time dateTime={list.loadedAt}>{timeOf(list.loadedAt)}</time>,
            rejectedOf(list),
            list.lastError ?? 'none',
          ])}
        />
      )}
    </>
  );
}

/** Answers while an origin, or a part of an entry, is typed. */
function Admissions(): VNode {
  const [text, setText] = useState('');
  const found = useOrigins(text);
  const answer = found?.answer;
  return (
    <div class="admissions">
      <Field
        label="Who would admit …?"
        class="wide"
        search
        placeholder="https://app.example, or a part of an entry"
        maxLength={512}
        value={text}
        onValue={setText}
        problem={problemOf(found?.problem, answer)}
      />
      <div role="status">
        {answer?.admissions && (
          <ul class="answers" aria-label="Answers about this origin">
            {answer.admissions.map(({ kind, name, answer: said, why }) => (
              <li key={kind + name}>
                <Tag tone={said === 'yes' ? 'good' : said === 'no' ? 'bad' : 'warn'}>{said}</Tag> <code>{name}</code>{' '}
                <span class="soft">
                  {kind}
                  {why !== undefined && `: ${why}`}
                </span>
              </li>
            ))}
          </ul>
        )}
        {answer && (
          <p class="soft">
            {answer.entries.length === 0 ? 'No entry contains this text.' : 'Entries that contain this text:'}
          </p>
        )}
        {answer && (
          <ul class="answers">
            {answer.entries.map(({ entry, in: { kind, name } }) => (
              <li key={`${entry} ${kind} ${name}`}>
                <code>{entry}</code>{' '}
                <span class="soft">
                  {kind} {name}
                </span>
              </li>
            ))}
          </ul>
        )}
        {answer && answer.entriesLeftOut > 0 && <p class="soft">and {answer.entriesLeftOut} more</p>}
      </div>
    </div>
  );
}

/** A text that looks like an address and is no origin has a problem; any other is a part of an entry. */
function problemOf(failed: string | undefined, answer: OriginsAnswer | undefined): FieldProblem {
  if (failed !== undefined) {
    return { message: failed };
  }
  const { problem } = answer ?? {};
  return problem !== undefined && problem.suggestion !== undefined
    ? { message: problem.reason, suggestion: problem.suggestion }
    : undefined;
}

type FieldProblem = { readonly message: string; readonly suggestion?: string } | undefined;

function stateOf({ loaded, stale, lastError }: Status): VNode {
  if (!loaded) {
    return <Tag tone="bad">not loaded: denies</Tag>;
  }
  if (stale) {
    return <Tag tone="bad">stale: denies</Tag>;
  }
  return lastError === undefined ? (
    <Tag tone="good">ok</Tag>
  ) : (
    <Tag tone="warn">failing, the last good answers are used</Tag>
  );
}

function rejectedOf({ rejected }: Status): VNode {
  return rejected.length === 0 ? (
    <>none</>
  ) : (
    <details>
      <summary>{plural(rejected.length, 'entry', 'entries')}</summary>
      <ul>
        {rejected.map(({ value, reason }) => (
          <li key={value + reason}>
            <code>{value}</code> {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

const timeOf = (iso: string): string => new Date(iso).toLocaleString();
