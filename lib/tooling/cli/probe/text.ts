import type { BrowserRequest } from '../../../core/browser/request.js';
import { isNeverExposed } from '../../../core/http/header-names.js';
import { paragraph } from '../text/paragraph.js';
import { harmless, type Styles, stylesFor, type Terminal } from '../text/terminal.js';
import type { ProbeStep } from './probe.js';
import type { ProbeReport } from './report.js';

/** Fields that say something about CORS; the others are left to `--json`. */
const SHOWN = /^(access-control-.*|vary|location|origin|allow|www-authenticate)$/i;

/** Fields that no script asks for. */
const PLUMBING = /^(access-control-.*|connection|date|keep-alive|transfer-encoding|vary)$/;

/** The request, the answer, and the browser's verdict. All that a server sent is made harmless. */
export function probeText(
  { method, url, origin, credentials }: BrowserRequest,
  report: ProbeReport,
  terminal: Terminal,
): string {
  const styles = stylesFor(terminal.colour);
  const say = (text: string): string => paragraph(harmless(text), terminal.columns, '  ');
  const sends = credentials === 'include' ? `, credentials: 'include'` : '';
  return [
    `${styles.bold(`${method} ${harmless(url)}`)} from a page of ${styles.bold(origin)}${sends}\n`,
    ...report.steps.map((step, at) => stepText(step, at + 1, styles)),
    `\n${verdictText(report, styles)}\n`,
    ...(report.block === undefined
      ? []
      : [`\nThe console of the browser (Chromium):\n`, `  ${harmless(report.block.message)}\n`]),
    ...(report.advice === undefined ? [] : [`\nTo fix it:\n`, say(report.advice)]),
    ...readable(report, say),
    ...(report.notes.length === 0 ? [] : ['\nNote:\n', ...report.notes.map(say)]),
  ].join('');
}

function stepText(step: ProbeStep, number: number, styles: Styles): string {
  const { kind, method, url, sent, answer, block } = step;
  const title = `\n${number}. ${kind === 'preflight' ? 'Preflight' : 'Request'}: ${method} ${harmless(url)}\n`;
  const asked = sent
    .filter(([name]) => SHOWN.test(name))
    .map(([name, value]) => `   > ${harmless(`${name}: ${value}`)}\n`);
  const told = answer.headers.filter(([name]) => SHOWN.test(name));
  const answered = told.map(([name, value]) => `   < ${harmless(`${name}: ${value}`)}\n`);
  const verdict =
    block === undefined ? styles.good('passes') : `${styles.bad('blocked')}: ${block.reason}${valueOf(block.value)}`;
  const nothing = told.length === 0 ? styles.dim('   < (no CORS header)\n') : '';
  return [title, ...asked, `   < ${answer.status}\n`, ...answered, nothing, `   ${verdict}\n`].join('');
}

function valueOf(value: string | undefined): string {
  return value === undefined || value === '' ? '' : ` (${harmless(value)})`;
}

function verdictText({ verdict, block, location }: ProbeReport, styles: Styles): string {
  switch (verdict) {
    case 'allowed':
      return `${styles.good('Allowed')}: the page gets the response.`;
    case 'preflight-passed':
      return `${styles.good('Granted')}: the browser would send the request. It was not sent.`;
    case 'redirected':
      return `${styles.warn('Redirected')} to ${harmless(location ?? '')}: not followed. Use --follow, or probe that URL.`;
    case 'blocked':
      return block?.stage === 'preflight'
        ? `${styles.bad('Blocked')}: the browser does not send the request.`
        : `${styles.bad('Blocked')}: the server has done what it was asked, but the page does not see the response.`;
  }
}

function readable({ verdict, steps, visible }: ProbeReport, say: (text: string) => string): readonly string[] {
  if (verdict !== 'allowed') {
    return [];
  }
  const all = new Set((steps.at(-1)?.answer.headers ?? []).map(([name]) => name.toLowerCase()));
  const hidden = [...all].filter((name) => !visible.includes(name) && !isNeverExposed(name) && !PLUMBING.test(name));
  const few = (names: readonly string[]): string =>
    names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  return [
    '\nA script may read:\n',
    say(visible.length === 0 ? 'no header' : few(visible)),
    ...(hidden.length === 0 ? [] : ['and not, without Access-Control-Expose-Headers:\n', say(few(hidden))]),
  ];
}
