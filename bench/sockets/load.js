// The load generator, in its own process. It keeps the connections busy for some seconds, and reports the results.
import autocannon from 'autocannon';
import { requestsOf } from '../traffic.js';

const { port, kind, list, connections, seconds } = JSON.parse(process.argv[2]);
const requests = requestsOf(kind, list, 500).map(({ method, url, headers }) => {
  // The load generator sets this header itself.
  delete headers.connection;
  return { method, path: url, headers };
});
const result = await autocannon({
  ...{ url: `http://127.0.0.1:${port}`, connections, duration: seconds, requests },
});
process.send({
  answered: result['2xx'],
  others: result.non2xx + result.errors,
  perSecond: result.requests.total / result.duration,
  p99: result.latency.p99,
  p50: result.latency.p50,
});
process.disconnect();
