// Brings the parts of the page together.
import { ask, byId, plural } from './dom.js';
import { showMatrix } from './matrix.js';
import { showNotes } from './notes.js';
import { showPasting } from './pasting.js';
import { watchRun } from './run.js';
import { policyName, showRoutes } from './routes.js';
import { showForm } from './try.js';

try {
  const overview = await ask('overview.json');
  const { routes, origins, allowlists, findings } = overview;
  const policies = new Set(routes.filter(({ policy }) => policy !== null && !policy.noCors).map(policyName));
  byId('summary').textContent = [
    plural(routes.length, 'route'),
    plural(policies.size, 'policy', 'policies'),
    plural(allowlists.length, 'allowlist'),
    plural(findings.length, 'finding'),
  ].join(' · ');
  const form = showForm(overview);
  const filterMatrix = showMatrix(routes, origins, form.pick);
  showRoutes(routes, filterMatrix, form.fill);
  showPasting(form.paste);
  showNotes(overview);
  watchRun(overview.run);
} catch (error) {
  byId('summary').textContent = 'This page could not be filled: ' + error.message;
}
