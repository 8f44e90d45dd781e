import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { OverviewAnswer } from '../../protocol.js';
import { openPanel, overview } from '../app/state.js';
import { useStore } from '../app/store.js';
import { questionAbout } from '../routes/question.js';
import { Field } from '../ui/field.js';
import { NoteTable } from './table.js';

/** The requests that a `reportOnly` policy would refuse. */
export function Reports(): VNode {
  const shown = useStore(overview);
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = shown?.reports.filter(({ route, origin, policy, reportOnly, reason }) =>
    [route, origin, policy, reportOnly, reason].join(' ').toLowerCase().includes(wanted),
  );
  return (
    <>
      <Field label="Search the reports" class="wide" search value={text} onValue={setText} />
      {shown && found && (
        <NoteTable
          label="Requests that reportOnly policies would refuse"
          titles={['Count', 'Route', 'Origin', 'Policy in force', 'Would refuse', 'Reason', 'Explanation']}
          none={
            shown.reports.length === 0
              ? 'Nothing would be refused so far, or no policy has reportOnly.'
              : 'No report fits the search.'
          }
          rows={found.map((report) => [
            report.count,
            report.route ?? 'no route',
            <code>{report.origin}</code>,
            report.policy ?? 'none',
            report.reportOnly,
            report.reason + (report.preflight ? ' (preflight)' : ''),
            <Explain report={report} overview={shown} />,
          ])}
        />
      )}
    </>
  );
}

function Explain({ report, overview: { routes } }: { report: Report; overview: OverviewAnswer }): VNode {
  const route = routes.find(({ handler }) => handler === report.route);
  return route === undefined || !/:\/\//.test(report.origin) ? (
    <>—</>
  ) : (
    <button type="button" onClick={() => openPanel(questionAbout(route, report.origin))}>
      Explain
    </button>
  );
}

type Report = OverviewAnswer['reports'][number];
