import { BlockList, isIP } from 'node:net';

/** Where a public service of each kind is called; what else may be called is for the administrator to say. */
export const wellKnownHosts: readonly string[] = [
  'hooks.slack.com',
  'discord.com',
  'api.github.com',
  'gitlab.com',
  '*.webhook.office.com',
  '*.logic.azure.com',
  '*.api.powerplatform.com',
];

const defaultPorts: Record<string, string> = { https: '443', http: '80', smtp: '587', smtps: '465' };

/** An entry of the list: `host`, `*.domain`, each with an optional scheme before it (default: https) and port behind it. */
const entryForm =
  /^(?:(https?|smtps?):\/\/)?((?:\*\.)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;

export const isAllowedHostsEntry = (text: string): boolean => entryForm.test(text);

interface Entry {
  scheme: string;
  host: string;
  port: string;
}

/** How far an address is trusted: named by the administrator as it is, or only by a pattern that others may fill. */
export type Trust = 'exact' | 'pattern';

/**
 * The hosts that addresses of users may name: no other is called, so that nobody makes the controller ask what only the controller's network
 * reaches. What a name resolves to is looked at when the connection is made, so that it cannot change in between.
 */
export class AllowedHosts {
  readonly #entries: readonly Entry[];

  /** `entries`: as `isAllowedHostsEntry` accepts them. */
  constructor(entries: readonly string[]) {
    this.#entries = entries.map((text) => {
      const [, scheme = 'https', host = '', port] = entryForm.exec(text) ?? [];
      const lower = scheme.toLowerCase();
      return { scheme: lower, host: host.toLowerCase(), port: port ?? defaultPorts[lower] ?? '' };
    });
  }

  /** Whether the address may be called; undefined: no. */
  trust({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): Trust | undefined {
    const scheme = protocol.replace(/:$/, '');
    const called = { scheme, port: port || (defaultPorts[scheme] ?? '') };
    const host = hostname.toLowerCase().replace(/\.$/, '');
    const fits = this.#entries.filter(
      (entry) => entry.scheme === called.scheme && entry.port === called.port,
    );
    if (fits.some((entry) => entry.host === host)) return 'exact';
    const isUnder = (entry: Entry) => entry.host.startsWith('*.') && host.endsWith(entry.host.slice(1));
    return isIP(host) === 0 && fits.some(isUnder) ? 'pattern' : undefined;
  }
}

const list = (subnets: readonly [string, number, 'ipv4' | 'ipv6'][]): BlockList => {
  const blocked = new BlockList();
  for (const [net, prefix, family] of subnets) blocked.addSubnet(net, prefix, family);
  return blocked;
};

/** Where nothing of anybody's is: this host's own network, groups, and link-local addresses, among them a cloud's metadata service. */
const never = list([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]);

/** What only the inside reaches. */
const inside = list([
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
]);

/** Whether a connection to this address may be made. An address inside only where the administrator named the very host. */
export function mayConnect(address: string, trust: Trust): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || never.check(address, family)) return false;
  return trust === 'exact' || !inside.check(address, family);
}
