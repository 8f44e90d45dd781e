import { render } from 'preact';
import { App } from './app/app.js';
import { connect, hearRun } from './app/connection.js';
import { followHash } from './app/hash.js';
import { listenToKeys } from './app/keys.js';
import { overview } from './app/state.js';
import { followOverview } from './matrix/columns.js';
import { followDecisions } from './live/stream.js';
import { keepFrames } from './tester/frames.js';

followHash();
listenToKeys();
followOverview();
overview.follow(() => keepFrames(overview.get()?.tester?.origins.map(({ frame }) => frame) ?? []));
render(<App />, document.getElementById('app')!);
void connect();
followDecisions(hearRun);
