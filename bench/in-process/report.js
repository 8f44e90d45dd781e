import { KINDS } from '../traffic.js';
import { spread, median } from '../statistics.js';
import { costRatios, shares } from './measure.js';

/** The least share that is used as a divisor. A smaller one adds so little that the quotient would only show noise. */
const LEAST_SHARE = 1.02;

const TITLES = { floor: 'by hand', enableCors: 'enableCors()', other: 'the other build' };
const hasOther = (kinds) => Object.values(kinds).some(({ other }) => other !== undefined);

/** The table of one setup, as lines of Markdown. */
export function inProcessTable(results, kinds = KINDS) {
  const lines = [];
  for (const framework of ['express', 'fastify']) {
    if (results[0][framework] === undefined) {
      continue;
    }
    const others = ['floor', 'enableCors', ...(hasOther(results[0][framework]) ? ['other'] : [])];
    const columns = [
      ...others.map((variant) => TITLES[variant]),
      'this library',
      ...others.map((variant) => `cost ÷ ${TITLES[variant]}`),
    ];
    lines.push(`| ${[framework, ...columns].join(' | ')} |`, `| --- |${' ---: |'.repeat(columns.length)}`);
    for (const kind of kinds) {
      const cells = [
        ...[...others, 'ours'].map((variant) => spread(shares(results, framework, kind, variant))),
        ...others.map((variant) => multiple(results, framework, kind, variant)),
      ];
      lines.push(`| ${[kind, ...cells].join(' | ')} |`);
    }
    const again = kinds.filter((kind) => results[0][framework][kind].again !== undefined);
    if (again.length > 0) {
      const noise = again.flatMap((kind) => shares(results, framework, kind, 'again'));
      lines.push(`| _the bare app beside itself_ | ${spread(noise)} |${' |'.repeat(columns.length - 1)}`);
    }
    lines.push('');
  }
  const others = ['hono', 'h3'].filter((framework) => results[0][framework] !== undefined);
  if (others.length > 0) {
    lines.push(
      `| with the CORS that comes with it | ${others.join(' | ')} |`,
      `| --- |${' ---: |'.repeat(others.length)}`,
    );
    for (const kind of kinds) {
      const cells = others.map((framework) => spread(shares(results, framework, kind, 'cors')));
      lines.push(`| ${kind} | ${cells.join(' | ')} |`);
    }
    lines.push('');
  }
  return lines;
}

function multiple(results, framework, kind, other) {
  const isNoise = median(shares(results, framework, kind, other)) < LEAST_SHARE;
  return isNoise ? 'within the noise' : spread(costRatios(results, framework, kind, 'ours', other));
}
