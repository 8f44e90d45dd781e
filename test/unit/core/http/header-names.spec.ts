import { isAddedOnTheWay, isAskedFor, isForbiddenRequestHeader } from '../../../../lib/core/http/header-names.js';

const names = (text: string): readonly string[] => text.split(' ');
const isAsked = (name: string): boolean => isAskedFor(name, 'a value');

/** https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN = names(
  'accept-charset accept-encoding access-control-request-headers access-control-request-method connection ' +
    'content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer ' +
    'transfer-encoding upgrade via proxy-authorization sec-fetch-site',
);

test('3.7: no page can set the forbidden request headers', () => {
  expect(FORBIDDEN.filter((name) => !isForbiddenRequestHeader(name))).toEqual([]);
  expect(names('authorization x-cookie my-proxy- proxy my-sec- sec').filter(isForbiddenRequestHeader)).toEqual([]);
});

test('3.4: a browser asks for no header that it adds itself, or that a page may always set', () => {
  const caching = names('cache-control if-modified-since if-none-match pragma');
  const own = names('last-event-id priority purpose save-data upgrade-insecure-requests user-agent');
  const safelisted = names('accept accept-language content-language range');
  expect([...FORBIDDEN, ...caching, ...own, ...safelisted].filter(isAsked)).toEqual([]);
  expect(
    names('authorization content-encoding content-type if-match x-api-key').filter((name) => !isAsked(name)),
  ).toEqual([]);
});

test('3.4: proxies, load balancers and tracing add headers that no page has set', () => {
  const proxies = names(
    'forwarded x-forwarded x-forwarded-for x-real-ip x-client-ip x-original-url x-envoy-attempt-count true-client-ip',
  );
  const clouds = names(
    'x-amzn-trace-id x-amz-cf-id x-cloud-trace-context x-vercel-id x-azure-ref x-appengine-country cf-connecting-ip ' +
      'cdn-loop fly-client-ip',
  );
  const tracing = names('x-request-id x-correlation-id x-b3-traceid b3 traceparent tracestate baggage');
  expect([...proxies, ...clouds, ...tracing].filter((name) => !isAddedOnTheWay(name))).toEqual([]);
  expect(names('my-forwarded x-forwardedness b3-level cfx authorization').filter(isAddedOnTheWay)).toEqual([]);
});
