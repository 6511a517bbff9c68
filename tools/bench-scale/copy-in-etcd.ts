/**
 * Copies one settled ModelDeployment with all that belongs to it in the store itself, as a backup of many would bring them back: the controller
 * manager takes the better part of an hour to make ten thousand. Runs in the network of the cluster. Usage: `copy-in-etcd.ts URL MADE COUNT`: of those that the controller
 * has made, numbered from 0, one is chosen, and copied until there are so many. Assumption: nobody else writes meanwhile.
 */
import { workloadName } from './contenders/contender.ts';
import { copier, type Entry, freeAddresses, isLongAddress } from './stored-copies.ts';

/** What belongs to a ModelDeployment begins with its name, in these places. */
const prefixes = [
  'understudy.dev/modeldeployments/default',
  'understudy.dev/modelrollouts/default',
  'deployments/default',
  'replicasets/default',
  'pods/default',
  'services/specs/default',
  'services/endpoints/default',
  'endpointslices/default',
].map((place) => `/registry/${place}/`);
/** These are named by address; they name their Service. */
const addresses = '/registry/ipaddresses/';
/** A transaction may have 128 operations: all of some copies. */
const most = 120;

const [url = '', made = '', count = ''] = process.argv.slice(2);

interface StoredKey {
  key: string;
  value: string;
}

async function ask<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

async function under(prefix: string): Promise<Entry[]> {
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  const { kvs = [] } = await ask<{ kvs?: StoredKey[] }>('range', {
    key: base64(prefix),
    range_end: base64(end),
  });
  return kvs.map(({ key, value }) => ({
    key: Buffer.from(key, 'base64').toString('latin1'),
    value: Buffer.from(value, 'base64').toString('latin1'),
  }));
}

const allAddresses = (await under(addresses)).map((entry) => ({
  entry,
  address: entry.key.slice(addresses.length),
}));
const addressesOf = (name: string) => allAddresses.filter(({ entry }) => entry.value.includes(name));
const names = Array.from({ length: Number(made) }, (_, index) => workloadName(index));
const original = names.find((name) => {
  const own = addressesOf(name);
  return own.length > 0 && own.every(({ address }) => isLongAddress(address));
});
if (original === undefined) throw new Error(`none of ${made} has addresses of which there are enough`);
const own = addressesOf(original);
const stored = (await Promise.all(prefixes.map((prefix) => under(prefix + original)))).flat();
const originals = [...stored, ...own.map(({ entry }) => entry)];
const copy = copier(originals, { name: original, addresses: own.map(({ address }) => address) });
const free = freeAddresses(new Set(allAddresses.map(({ address }) => address)));

let puts: { request_put: { key: string; value: string } }[] = [];
const flush = async () => {
  if (puts.length > 0) await ask('txn', { success: puts });
  puts = [];
};
for (let index = Number(made); index < Number(count); index += 1) {
  const taken = own.map(() => free.next().value as string | undefined);
  const found = taken.filter((address) => address !== undefined);
  if (found.length < own.length) throw new Error(`there are no addresses left after ${index}`);
  const entries = copy({ name: workloadName(index), addresses: found });
  // All that belongs together is stored together.
  if (puts.length + entries.length > most) await flush();
  for (const { key, value } of entries)
    puts.push({ request_put: { key: base64(key), value: base64(value) } });
}
await flush();
console.log(`copies of ${originals.length} objects of ${original}`);
