import type { BlockedResult } from './result.js';

/** How to mend what blocks a page, in terms of this library. A sentence or two. */
export function remedyFor({ reason, stage, value, preflight }: BlockedResult, origin: string): string {
  switch (reason) {
    case 'missing-allow-origin':
      return stage === 'preflight' && preflight !== 'cached' && (preflight?.answer?.status ?? 200) >= 400
        ? 'No policy answered the preflight: put @CorsPolicy(…) on the handler or its controller, or name the path in `routes`.'
        : `Add '${origin}' to the \`origin\` of the route's policy. A route without a policy, and one with @NoCors(), has no such header for anybody.`;
    case 'wildcard-with-credentials':
      return "List the origins of the route's policy instead of '*', and say `credentials: true`; or send the request without credentials.";
    case 'credentials-not-allowed':
      return "Say `credentials: true` in the route's policy, or send the request without credentials.";
    case 'multiple-allow-origin':
      return 'Let one place alone set the header: the handler, middleware or a proxy sets it beside this library.';
    case 'invalid-allow-origin':
    case 'other-allow-origin':
      return `'${value}' was set by the handler, by middleware or by a proxy; this library sends '*' or the page's own origin.`;
    case 'method-not-allowed':
      return `Add '${value}' to the \`methods\` of the policy of the route that serves it, and let that policy admit the origin.`;
    case 'header-not-allowed':
      return `Add '${value}' to the \`allowedHeaders\` of the route's policy, or do not send it.`;
    case 'preflight-status':
    case 'preflight-redirect':
    case 'unreadable-allow-methods':
    case 'unreadable-allow-headers':
      return 'This library did not answer the preflight: look for middleware, a proxy or a handler of OPTIONS that does.';
    case 'redirect-with-user-info':
      return 'Redirect to a URL without a user name and a password.';
    case 'redirect-refused':
      return "The page asked for `redirect: 'error'`: let it follow, or ask for the target at once.";
    case 'redirect-unsafe':
    case 'redirect-invalid':
      return 'Redirect to an http: or https: URL.';
    case 'too-many-redirects':
      return 'The redirects go round in a circle, or there are more than 20.';
    case 'mode-same-origin':
      return "The page asked for `mode: 'same-origin'`, which lets nothing through to another origin.";
    case 'no-answer':
      return 'The server closed the connection without an answer, or does not run.';
  }
}
