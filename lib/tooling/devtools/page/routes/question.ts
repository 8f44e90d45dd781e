import type { OverviewRoute } from '../../protocol.js';
import type { Question } from '../app/question.js';
import { methodsOf } from './find.js';

/** A question about a route, as its first method asks it. */
export function questionAbout(route: OverviewRoute, origin: string | undefined, credentials = false): Question {
  const [first = 'GET'] = methodsOf(route);
  const isSocket = route.kind === 'gateway';
  return {
    url: route.example,
    ...(isSocket ? { webSocket: true } : { method: first === '*' ? 'GET' : first }),
    ...(origin === undefined ? {} : { origin }),
    ...(route.namespace === undefined ? {} : { namespace: route.namespace }),
    credentials: isSocket || credentials,
  };
}
