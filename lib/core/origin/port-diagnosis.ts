import { parsePort } from './host.js';
import { defaultPort } from './origin.js';
import type { Diagnosis } from './problems.js';
import { quote } from '../issues/text.js';

/**
 * Finds what is wrong with what follows the host, if anything is. The fix takes its place.
 *
 * @param rest nothing, or a colon and what should be a port
 */
export function diagnosePort(scheme: string, rest: string): Diagnosis | undefined {
  if (rest === '' || rest === ':*') {
    return undefined;
  }
  if (!rest.startsWith(':')) {
    return { code: 'origin-port-invalid', finding: `has ${quote(rest)} after its IPv6 address` };
  }
  const written = rest.slice(1);
  if (written === '') {
    return { code: 'origin-port-invalid', finding: 'has a colon but no port', fix: '' };
  }
  if (written.includes('*')) {
    const finding = 'has a wildcard that is a part of its port: only the whole port can be *, for any port or none';
    return { code: 'origin-port-wildcard', finding, fix: ':*' };
  }
  const port = parsePort(written);
  if (port === undefined) {
    const finding = `has the port ${quote(written)}: a port is a number from 1 to 65535, without leading zeros`;
    const digits = /^0+([1-9]\d*)$/.exec(written)?.[1];
    return { code: 'origin-port-invalid', finding, fix: digits && `:${digits}` };
  }
  if (port !== defaultPort(scheme)) {
    return undefined;
  }
  return {
    code: 'origin-port-default',
    finding: `has port ${port}, the default of ${scheme}, which browsers leave out`,
    fix: '',
  };
}
