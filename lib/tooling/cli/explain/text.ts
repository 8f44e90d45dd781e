import type { CorsExplanation } from '../../../nest/command-port.js';
import { beside, paragraph } from '../text/paragraph.js';
import { harmless, type Styles, stylesFor, type Terminal } from '../text/terminal.js';
import { tableOrRecords } from '../text/table.js';

/** An explanation for a terminal: route, policy, preflight, response, verdict, and how to fix it. */
export function explanationText(explanation: CorsExplanation, terminal: Terminal): string {
  const styles = stylesFor(terminal.colour);
  const say = (text: string): string => paragraph(harmless(text), terminal.columns, '  ');
  const { verdict, reason, summary, message, advice, reportOnly } = explanation;
  const verdictText = {
    allowed: styles.good('Allowed'),
    blocked: styles.bad('Blocked'),
    unknown: styles.warn('Unknown'),
  }[verdict];
  const seconds = [reportOnly?.preflight, reportOnly?.response].filter((each) => each !== undefined);
  return [
    routeText(explanation, styles, terminal),
    policyText(explanation, styles, terminal),
    preflightText(explanation, styles),
    responseText(explanation),
    `\n${verdictText}${reason === 'allowed' ? '' : ` (${reason})`}\n`,
    say(summary),
    ...(message === '' ? [] : ['\nThe console of the browser (Chromium):\n', `  ${harmless(message)}\n`]),
    ...(advice.length === 0 ? [] : ['\nTo fix it:\n', ...advice.map(say)]),
    ...(reportOnly === undefined
      ? []
      : ['\nReport only:\n', say(`${reportOnly.policy} would refuse it: ${seconds.join(', ')}.`)]),
  ].join('');
}

function routeText({ request, route }: CorsExplanation, { bold }: Styles, { columns }: Terminal): string {
  const { method, url, origin, credentials } = request;
  const page = origin === undefined ? 'a caller that is not a page' : `a page of ${harmless(origin)}`;
  const from = `from ${page}${credentials ? ", credentials: 'include'" : ''}`;
  const asked = beside(`${method} ${harmless(url)}`, from, columns, '  ', bold);
  if (route === null) {
    return `${asked}\nRoute: no route serves it\n`;
  }
  const { handler, methods, path, params, version, host, port, namespace } = route;
  const selected = [
    ...Object.entries(params).map(([name, value]) => `${name} = ${[value].flat().join('/')}`),
    ...(version === undefined ? [] : [`version ${version.join(', ')}`]),
    ...(host === undefined ? [] : [`host ${host.join(', ')}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
  ];
  const details = selected.length === 0 ? '' : ` (${selected.join('; ')})`;
  const served = harmless(`${methods.join(', ')} ${path}${details}`);
  return `${asked}\n${beside(`Route: ${served},`, harmless(handler), columns, '  ')}`;
}

function policyText({ policy, provenance, sources }: CorsExplanation, styles: Styles, terminal: Terminal): string {
  if (policy === null) {
    return 'Policy: no policy reaches it\n';
  }
  const { name, noCors, ...fields } = policy;
  const title = `Policy: ${harmless(name)}\n`;
  if (noCors) {
    return title;
  }
  const rows = Object.entries(provenance).map(([field, place]) => {
    const value = (fields as Readonly<Record<string, unknown>>)[field];
    const source = sources[place];
    return [`  ${field}`, shown(value), source === undefined ? place : `${place} (${source})`].map(harmless);
  });
  const columns = [
    { title: '  Field', least: 8 },
    { title: 'Value', least: 16 },
    { title: 'Written at', least: 16 },
  ];
  return title + tableOrRecords(columns, rows, terminal.columns, styles);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return value.join(', ') || 'none';
  }
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '-');
}

function preflightText({ preflight, request }: CorsExplanation, styles: Styles): string {
  if (request.webSocket === true) {
    return '';
  }
  if (preflight === undefined) {
    return '\nPreflight: none, the browser sends the request at once\n';
  }
  const { asks, status, headers, passedOn, granted, reason } = preflight;
  const verdict = passedOn
    ? styles.warn('passes on to the app: no policy answers it')
    : granted
      ? styles.good('granted')
      : granted === undefined
        ? `${styles.warn('unknown')}: ${reason}`
        : `${styles.bad('refused')}: ${reason}`;
  return [
    `\nPreflight: OPTIONS ${harmless(new URL(request.url).pathname)}\n`,
    ...Object.entries(asks).map((field) => fieldLine('>', field)),
    `  < ${status ?? "the app's own status"}\n`,
    ...Object.entries(headers).map((field) => fieldLine('<', field)),
    `  ${verdict}\n`,
  ].join('');
}

function responseText({ preflight, response, request }: CorsExplanation): string {
  const sent = preflight?.granted !== false ? '' : ' (the browser does not get so far)';
  return [
    `\nResponse: ${request.method} ${harmless(new URL(request.url).pathname)}${sent}\n`,
    `  < ${response.status ?? (request.webSocket ? 'nothing' : "the app's own status")}\n`,
    ...Object.entries(response.headers).map((field) => fieldLine('<', field)),
    ...(Object.keys(response.headers).length === 0 && request.webSocket !== true ? ['  < (no CORS header)\n'] : []),
  ].join('');
}

function fieldLine(direction: '>' | '<', [name, value]: readonly [string, string]): string {
  return `  ${direction} ${harmless(`${name}: ${value}`)}\n`;
}
