import type { RouteReport } from '../../inspect/policy-report.js';

/**
 * An example address for a path in the platform's own notation: `/orders/1` for `/orders/:id`, `/files/x` for
 * `/files/*path`. Where a parameter has a pattern of its own it may not fit, which shows when it is asked about.
 */
export function examplePath(path: string): string {
  return path
    .replace(/[{}]/g, '')
    .replace(/:\w+(\([^)]*\))?[?+*]?/g, '1')
    .replace(/\*\w*/g, 'x');
}

/** The handshake that a page makes to open a gateway, as `CorsInspector.explain()` takes it. */
export interface SocketQuestion {
  readonly webSocket: true;
  readonly url: string;
  readonly namespace?: string;
}

/**
 * The handshake with a gateway. Of socket.io it is that of the websocket transport.
 *
 * @param base origin of the app, as the page is opened
 */
export function exampleSocket({ path, port, namespace, server }: RouteReport, base: string): SocketQuestion {
  const example = examplePath(path);
  const url = new URL(server === 'socket.io' ? `${example}/?EIO=4&transport=websocket` : example, base);
  url.port = port === undefined ? url.port : String(port);
  return {
    webSocket: true,
    url: url.href.replace(/^http/, 'ws'),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
