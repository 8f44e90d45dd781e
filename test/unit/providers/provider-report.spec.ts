import { RejectedEntries } from '../../../lib/providers/list-entry.js';
import { SourceReport } from '../../../lib/providers/provider-report.js';
import { RecordingLog } from './fakes.js';

it('a list that is too old is logged once, and again after a good load', () => {
  const log = new RecordingLog();
  const report = new SourceReport('Tenants', log);
  const line = 'error Tenants: its list is older than 5000 ms (maxStaleMs) and denies every origin';
  report.stale(5_000);
  report.stale(5_000);
  expect(log.lines).toEqual([line]);
  report.succeeded(1, new RejectedEntries());
  report.stale(5_000);
  expect(log.lines).toEqual([line, line]);
});
