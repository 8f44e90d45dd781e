import { KINDS } from '../traffic.js';
import { spread, median } from '../statistics.js';
import { costRatios, shares } from './measure.js';

/** The least share that is used as a divisor. A smaller one adds so little that the quotient would only show noise. */
const LEAST_SHARE = 1.02;

/** The table of one setup, as lines of Markdown. */
export function inProcessTable(results, kinds = KINDS) {
  const lines = [];
  for (const framework of ['express', 'fastify']) {
    if (results[0][framework] === undefined) {
      continue;
    }
    lines.push(
      `| ${framework} | by hand | enableCors() | this library | cost ÷ by hand | cost ÷ enableCors() |`,
      '| --- | ---: | ---: | ---: | ---: | ---: |',
    );
    for (const kind of kinds) {
      const share = (variant) => spread(shares(results, framework, kind, variant));
      lines.push(
        `| ${kind} | ${share('floor')} | ${share('enableCors')} | ${share('ours')} | ${multiple(results, framework, kind, 'floor')} | ${multiple(results, framework, kind, 'enableCors')} |`,
      );
    }
    const again = kinds.filter((kind) => results[0][framework][kind].again !== undefined);
    if (again.length > 0) {
      const noise = again.flatMap((kind) => shares(results, framework, kind, 'again'));
      lines.push(`| _the bare app beside itself_ | ${spread(noise)} | | | | |`);
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
