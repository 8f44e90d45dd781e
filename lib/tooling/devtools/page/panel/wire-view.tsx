import type { ComponentChildren, VNode } from 'preact';
import type { ExplainAnswer, TesterBody } from '../../protocol.js';
import { Copy } from '../ui/copy.js';
import { Tag } from '../ui/parts.js';
import { cookieNote, curlOf, fetchOf, preflightCurl } from './copies.js';
import { preflightWire, requestWire, type WireExchange } from './wire.js';

/** The preflight and the request as they are on the wire, each to copy. */
export function Wire({ of, body }: { of: ExplainAnswer; body: TesterBody | undefined }): VNode {
  const { request, preflight } = of;
  const asked = preflightWire(of);
  const socket = request.webSocket === true;
  return (
    <>
      {socket ? (
        <p class="soft">
          A WebSocket: the browser asks nothing first, and hides nothing from the page. Only the server refuses.
        </p>
      ) : asked === undefined || preflight === undefined ? (
        <p class="soft">No preflight: the browser asks nothing first.</p>
      ) : (
        <Exchange title="Preflight" wire={asked} tag={<Granted {...preflight} />}>
          <Copy text={preflightCurl(request.url, preflight.asks)} label="Copy the preflight as curl" />
        </Exchange>
      )}
      <Exchange
        title={socket ? 'Handshake' : 'Request'}
        wire={requestWire(of)}
        tag={preflight?.granted === false && <Tag tone="bad">not sent: the preflight is not granted</Tag>}
      >
        <Copy text={curlOf(request, body)} label="Copy as curl" />
        <Copy text={fetchOf(request, body)} label={socket ? 'Copy as WebSocket' : 'Copy as fetch'} />
        {cookieNote(request) !== undefined && <p class="soft">{cookieNote(request)}</p>}
        {body?.kind === 'files' && (
          <p class="soft">The command reads the files from the folder that it runs in. The code has no content.</p>
        )}
      </Exchange>
    </>
  );
}

function Granted({ granted, passedOn }: NonNullable<ExplainAnswer['preflight']>): VNode {
  return (
    <>
      {passedOn && <Tag tone="warn">passed on to the app</Tag>}{' '}
      {granted === undefined ? (
        <Tag tone="warn">not known</Tag>
      ) : granted ? (
        <Tag tone="good">granted</Tag>
      ) : (
        <Tag tone="bad">not granted</Tag>
      )}
    </>
  );
}

interface ExchangeProps {
  readonly title: string;
  readonly wire: WireExchange;
  readonly tag: ComponentChildren;
  readonly children: ComponentChildren;
}

function Exchange({ title, wire, tag, children }: ExchangeProps): VNode {
  return (
    <section class="exchange" aria-label={title}>
      <h4>
        {title} {tag}
      </h4>
      <pre tabIndex={0}>
        {wire.request}
        {'\n\n'}
        <span class="answered">{wire.response}</span>
      </pre>
      {wire.note !== undefined && <p class="soft">{wire.note}</p>}
      <div class="copies">{children}</div>
    </section>
  );
}
