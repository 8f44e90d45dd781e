import { isCorsOption, isMadeByApp, type AdapterCall } from '../adapter-calls.js';
import { appLine } from '../app-line.js';
import { type FoundLayer, pathOfCall } from './found-layer.js';

/**
 * The line that added a layer, for a message: the recorded call, or else a description of the possible calls.
 *
 * @param isOlder whether the Express instance had a function before Nest's adapter was created
 */
export function lineText(
  layer: FoundLayer,
  platform: string,
  isOlder: (handle: object | undefined) => boolean,
): string {
  const { call, kind, steps } = layer;
  if (call !== undefined) {
    const at = appLine(call.site);
    const text = callText(call, layer);
    return isCorsOption(call)
      ? 'the `cors` option of `NestFactory.create(…)`'
      : at === undefined
        ? text
        : `${text} (${at})`;
  }
  const [first] = steps;
  if (kind === 'plugin') {
    const where = first?.path
      ? `in the plugin whose prefix is ${first.path}`
      : 'on the Fastify instance or in a plugin';
    return first?.path === ''
      ? `\`register(fastifyCors, …)\` ${where}, or a call of \`enableCors(…)\` in the constructor of a provider`
      : `\`register(fastifyCors, …)\` ${where}`;
  }
  if (isOlder(first?.handle)) {
    return '`cors(…)` on the Express instance that the adapter was given';
  }
  const where = layer.isOnRoute
    ? `the route ${(layer.methods ?? ['ALL']).join(', ')} ${layer.path ?? ''}`.trimEnd()
    : '';
  return where === ''
    ? `\`cors(…)\` on the ${platform === 'express' ? 'Express' : 'Fastify'} instance, or a call of \`enableCors(…)\` or ` +
        '`use(cors(…))` in the constructor of a provider'
    : `\`cors(…)\` on ${where}`;
}

function callText(call: AdapterCall, { steps, isOnRoute }: FoundLayer): string {
  if (call.method === 'apply') {
    return '`consumer.apply(cors(…))`';
  }
  const on = isMadeByApp(call) ? 'app.' : '';
  if (call.method !== 'use') {
    return call.method === 'enableCors' ? `\`${on || 'httpAdapter.'}enableCors(…)\`` : '`app.register(fastifyCors, …)`';
  }
  const path = pathOfCall(call);
  const mount = path === '' ? '' : `${path === undefined ? '…' : `'${path}'`}, `;
  const isNested = steps.length > 1;
  const line = `\`${on || 'httpAdapter.'}use(${mount}${isNested ? '…' : 'cors(…)'})\``;
  return isNested ? `\`cors(…)\` on ${isOnRoute ? 'a route of ' : ''}the router of ${line}` : line;
}
