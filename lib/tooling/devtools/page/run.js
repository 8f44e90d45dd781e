// Says when the app has been started anew, so that the page shows one that is gone, or when it does not answer.
import { ask, byId, el } from './dom.js';

const EVERY_MS = 5000;

// Asks while somebody looks at the page, and at once when they come back to it.
export function watchRun(first) {
  const look = async () => {
    if (document.visibilityState === 'visible' && document.hasFocus()) {
      tell(
        first,
        await ask('run.json').then(
          ({ run }) => run,
          ({ status }) => (status === 403 ? 'locked' : undefined),
        ),
      );
    }
  };
  setInterval(look, EVERY_MS);
  addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
}

function tell(first, now) {
  const note = byId('run');
  const state = now === first ? 'same' : now === undefined ? 'gone' : now === 'locked' ? now : 'restarted';
  if (note.dataset.state === state) {
    return;
  }
  note.dataset.state = state;
  note.replaceChildren(
    ...{
      same: [],
      gone: ['The app does not answer.'],
      locked: ['The app was restarted, and this page has a new address: open the one that the log of the app prints.'],
      restarted: [
        'The app was restarted: this page shows what it was before. ',
        el('button', { type: 'button', click: () => location.reload() }, 'Reload'),
      ],
    }[state],
  );
}
