import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AllowedHosts, mayConnect, type Trust } from './allowed-hosts.ts';
import { OutboundError } from './outbound-error.ts';

export interface Address {
  address: string;
  family: number;
}

/** What a name stands for. */
export type Resolve = (host: string) => Promise<Address[]>;

export const systemResolve: Resolve = (host) => lookup(host, { all: true });

/** Throws where the address of a user may not be called at all. */
export function requireAllowed(hosts: AllowedHosts, url: URL): Trust {
  const trust = hosts.trust(url);
  if (trust) return trust;
  throw new OutboundError(
    'AddressRefused',
    `${url.protocol}//${url.host} is not on the controller's list of allowed hosts (notifications.allowedHosts)`,
  );
}

/** The addresses of a host to which a connection may be made: at least one. */
export async function connectableAddresses(host: string, trust: Trust, resolve: Resolve): Promise<Address[]> {
  const bare = host.replace(/^\[|\]$/g, '');
  const version = isIP(bare);
  let found: Address[];
  try {
    found = version === 0 ? await resolve(bare) : [{ address: bare, family: version }];
  } catch (cause) {
    throw new OutboundError('TargetUnreachable', `the name ${bare} cannot be resolved`, { cause });
  }
  const allowed = found.filter(({ address }) => mayConnect(address, trust));
  if (allowed.length > 0) return allowed;
  throw new OutboundError(
    'AddressRefused',
    `${bare} leads to a link-local address, or to one of the inside without being on the list of allowed hosts by its own name`,
  );
}
