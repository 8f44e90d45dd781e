import type { VNode } from 'preact';
import { Live } from '../live/live.js';
import { Matrix } from '../matrix/matrix.js';
import { Allowlists } from '../notes/allowlists.js';
import { Findings } from '../notes/findings.js';
import { Reports } from '../notes/reports.js';
import { PasteField } from '../paste/paste-field.js';
import { Routes } from '../routes/routes.js';
import { Tabs } from '../ui/tabs.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { useMedia } from './media.js';
import { PanelPlace } from './panel-place.js';
import { RestartNote } from './restart-note.js';
import { overview, panel, type Tab, tab } from './state.js';
import { useStore } from './store.js';

const PARTS: Readonly<Record<Tab, readonly [title: string, part: () => VNode]>> = {
  routes: ['Routes', Routes],
  matrix: ['Matrix', Matrix],
  live: ['Live', Live],
  allowlists: ['Allowlists', Allowlists],
  findings: ['Findings', Findings],
  reports: ['Report-only', Reports],
};

/** The page. */
export function App(): VNode {
  const shown = useStore(overview);
  const current = useStore(tab);
  const isOpen = useStore(panel) !== undefined;
  const isSheet = useMedia('(max-width: 899px)');
  const covered = isOpen && isSheet;
  const counts: Partial<Record<Tab, number | undefined>> = {
    allowlists: shown?.allowlists.length,
    findings: shown?.findings.length,
    reports: shown?.reports.length,
  };
  const [, Part] = PARTS[current];
  return (
    <>
      <div class={isOpen ? 'page with-panel' : 'page'}>
        <div class="under" inert={covered}>
          <a
            class="skip"
            href="#content"
            onClick={(event) => {
              event.preventDefault();
              document.getElementById(`part-${current}`)?.focus();
            }}
          >
            To the content
          </a>
          <Header />
          <RestartNote />
          <main id="content">
            <PasteField />
            <Tabs
              label="Sections"
              current={current}
              onChoose={(chosen) => tab.set(chosen)}
              tabs={(Object.keys(PARTS) as Tab[]).map((name) => [
                name,
                PARTS[name][0],
                counts[name] === undefined ? null : <span class="count">{counts[name]}</span>,
              ])}
            />
            <section role="tabpanel" id={`part-${current}`} aria-labelledby={`tab-${current}`} tabIndex={-1}>
              <Part />
            </section>
          </main>
        </div>
        {isOpen && <PanelPlace isSheet={isSheet} />}
      </div>
      <Help />
    </>
  );
}
