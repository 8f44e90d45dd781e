import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { Field } from '../ui/field.js';
import { Tag } from '../ui/parts.js';
import { NoteTable } from './table.js';

/** The findings of the boot audit. */
export function Findings(): VNode {
  const findings = useStore(overview)?.findings;
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = findings?.filter(({ code, place, detail, message }) =>
    [code, place, detail, message].join(' ').toLowerCase().includes(wanted),
  );
  return (
    <>
      <Field label="Search the findings" class="wide" search value={text} onValue={setText} />
      {found && (
        <NoteTable
          label="Findings of the boot audit"
          titles={['Finding', 'Place', 'Why it is reported']}
          none={findings?.length === 0 ? 'The boot audit found nothing.' : 'No finding fits the search.'}
          rows={found.map(({ code, place, detail, message }) => [
            <Tag tone="warn">{code}</Tag>,
            <>
              <code>{place}</code> <span class="soft">{detail}</span>
            </>,
            message,
          ])}
        />
      )}
    </>
  );
}
