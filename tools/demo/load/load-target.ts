import { isIPv4 } from 'node:net';

/** Options that no load can be made from: names the option, what was found, and what is accepted. */
export class LoadOptionError extends Error {
  override readonly name = 'LoadOptionError';

  constructor(option: string, found: unknown, accepted: string) {
    const shown = typeof found === 'number' ? String(found) : (JSON.stringify(found) ?? 'nothing');
    super(`${option}: found ${shown}, accepted ${accepted}`);
  }
}

const accepted = 'an http:// address in 127.0.0.0/8, [::1], localhost or the pod network 10.244.0.0/16';

/**
 * The origin to send load to. A load generator that can be aimed at somebody else's machine is a weapon, so only this
 * machine and the local cluster's pod network are accepted, by address: no name is looked up but `localhost`.
 */
export function loadTarget(baseUrl: string): URL {
  if (!URL.canParse(baseUrl)) throw new LoadOptionError('url', baseUrl, accepted);
  const url = new URL(baseUrl);
  const local = url.protocol === 'http:' && isLocal(url.hostname);
  if (!local || url.username || url.password) throw new LoadOptionError('url', baseUrl, accepted);
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url;
}

function isLocal(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  // URL has normalised forms such as 127.1 or 0x7f000001 to dotted decimals by now.
  return isIPv4(hostname) && (hostname.startsWith('127.') || hostname.startsWith('10.244.'));
}
