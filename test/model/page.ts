import { type BrowserRequest, isCrossOrigin } from '../../lib/core/browser/request.js';
import { checkResponse } from '../../lib/core/browser/cors-check.js';
import { checkPreflight, preflightFields } from '../../lib/core/browser/preflight.js';
import type { CorsRequest } from '../../lib/core/request.js';
import type { Asked } from './domain.js';
import { fieldsOf, type PureApp, received } from './pure-app.js';
import type { Verdict } from './reference.js';

/** One request of a page as the browser of the test kit sends it. It is the same for every app. */
export class Visit {
  private readonly preflight: CorsRequest | undefined;
  private readonly actual: CorsRequest;
  private readonly request: BrowserRequest;
  private readonly isOpaque: boolean;

  constructor(readonly asked: Asked) {
    this.request = { ...asked, mode: asked.mode === 'navigate' ? 'no-cors' : asked.mode };
    const fields = preflightFields(this.request);
    this.preflight = fields && received('OPTIONS', fields);
    this.actual = received(asked.method, fieldsOf(asked));
    this.isOpaque = asked.mode !== 'cors' && isCrossOrigin(this.request);
  }

  /** The result of the request for the page, by the browser of the test kit. */
  to(app: Pick<PureApp, 'answer'>): Verdict {
    if (this.preflight !== undefined && checkPreflight(this.request, app.answer(this.preflight)) !== undefined) {
      return { reads: false, runs: false };
    }
    const answer = app.answer(this.actual);
    return { reads: !this.isOpaque && checkResponse(this.request, answer) === undefined, runs: answer.runs };
  }
}
