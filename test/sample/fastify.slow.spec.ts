import type { Exchange } from '../../sample/01-quickstart/src/report/browser.js';
import type { ServerResponse } from '../../sample/01-quickstart/src/report/http.js';
import type { Result } from '../../sample/01-quickstart/src/report/run.js';
import {
  buildQuickstart,
  type JsonReport,
  runQuickstart,
  type Sample,
  START_TIMEOUT_MS,
} from './quickstart-process.js';

const samples: readonly Sample[] = ['01-quickstart', '02-fastify'];

/** A result without ports, dates and bodies, so that the two platforms can be compared. */
interface Comparable {
  readonly step: string;
  readonly preflight: object | undefined;
  readonly response: object | undefined;
  readonly seen: object;
}

describe('the quickstart on Fastify', () => {
  let express: Comparable[];
  let fastify: Comparable[];

  beforeAll(async () => {
    const reports: Comparable[][] = [];
    for (const sample of samples) {
      await buildQuickstart(sample);
      const { code, stdout, stderr } = await runQuickstart(['--once', '--json'], {}, sample);
      expect({ sample, code, stderr }).toEqual({ sample, code: 0, stderr: '' });
      reports.push(comparable(JSON.parse(stdout) as JsonReport));
    }
    [express, fastify] = reports as [Comparable[], Comparable[]];
  }, START_TIMEOUT_MS);

  it('runs the same scenarios', () => {
    expect(fastify.map(({ step }) => step)).toEqual(express.map(({ step }) => step));
    expect(fastify.length).toBeGreaterThan(40);
  });

  it('shows each page the same result, for the same reason', () => {
    expect(fastify.map(({ step, seen }) => [step, seen])).toEqual(express.map(({ step, seen }) => [step, seen]));
  });

  it('sends the same status, Access-Control fields and Vary', () => {
    const onWire = ({ step, preflight, response }: Comparable): object => ({ step, preflight, response });
    expect(fastify.map(onWire)).toEqual(express.map(onWire));
    expect(JSON.stringify(fastify)).toContain('"access-control-allow-credentials":"true"');
  });
});

function comparable({ addresses, results }: JsonReport): Comparable[] {
  const origins = new Map(
    Object.entries(addresses.pages).map(([caller, origin]) => [origin, `the ${caller}'s origin`]),
  );
  const headersOf = ({ headers }: Pick<ServerResponse, 'headers'>): object =>
    Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name === 'vary' || name.startsWith('access-control-'))
        .map(([name, value]) => [name, origins.get(value) ?? value]),
    );
  const onWire = (response: ServerResponse | undefined): object | undefined =>
    response && { status: response.status, headers: headersOf(response) };

  return results.map(({ caller, scenario, operator, exchange }: Result) => ({
    step: `${scenario.id} as ${caller}${operator ? `: ${operator.says}` : ''}`,
    preflight: onWire(exchange.preflight),
    response: onWire(exchange.response),
    seen: seenBy(exchange),
  }));
}

function seenBy({ seen }: Exchange): object {
  return seen.blocked
    ? { blocked: seen.reason }
    : { status: seen.status, readable: Object.keys(seen.headers), total: seen.headers['x-total-count'] };
}
