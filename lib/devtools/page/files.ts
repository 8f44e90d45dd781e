import { DOM_SCRIPT } from './dom.script.js';
import { EXPLAIN_SCRIPT } from './explain.script.js';
import { MAIN_SCRIPT } from './main.script.js';
import { MATRIX_SCRIPT } from './matrix.script.js';
import { NOTES_SCRIPT } from './notes.script.js';
import { ROUTES_SCRIPT } from './routes.script.js';
import { TRY_SCRIPT } from './try.script.js';
import { ICON } from './icon.js';
import { STYLE } from './style.js';

const script = (body: string): { type: string; body: string } => ({ type: 'text/javascript; charset=utf-8', body });

/**
 * What the page loads, by name. Held as text, so that both forms of the package find it wherever they are installed or
 * bundled.
 */
export const FILES: ReadonlyMap<string, { readonly type: string; readonly body: string }> = new Map([
  ['style.css', { type: 'text/css; charset=utf-8', body: STYLE }],
  ['icon.svg', { type: 'image/svg+xml', body: ICON }],
  ['main.js', script(MAIN_SCRIPT)],
  ['dom.js', script(DOM_SCRIPT)],
  ['routes.js', script(ROUTES_SCRIPT)],
  ['matrix.js', script(MATRIX_SCRIPT)],
  ['explain.js', script(EXPLAIN_SCRIPT)],
  ['try.js', script(TRY_SCRIPT)],
  ['notes.js', script(NOTES_SCRIPT)],
]);
