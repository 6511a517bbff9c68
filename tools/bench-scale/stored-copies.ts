import { randomUUID } from 'node:crypto';

/** An object as it is stored, as text of one character a byte. */
export interface Entry {
  key: string;
  value: string;
}

/** What one copy has of its own. */
export interface CopiedAs {
  /** As long as the name of the original. */
  name: string;
  /** In place of the original's, one for one. */
  addresses: readonly string[];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Makes copies of what belongs to `name` and has these addresses. Whatever is replaced is as long as what replaces it, since the objects of
 * Kubernetes' own kinds are stored in a form that holds the length of each text.
 */
export function copier(
  originals: readonly Entry[],
  { name, addresses }: CopiedAs,
): (as: CopiedAs) => Entry[] {
  const uids = new Set(originals.flatMap(({ value }) => value.match(uuid) ?? []));
  const own = [name, ...addresses, ...uids];
  // In one pass: what was put in for one address may be the original of another.
  const pattern = new RegExp(own.map((text) => text.replaceAll('.', '\\.')).join('|'), 'g');
  return (as) => {
    const others = [as.name, ...as.addresses, ...Array.from(uids, () => randomUUID())];
    const replaced = new Map(own.map((text, at) => [text, others[at] as string]));
    const copied = (text: string) => text.replaceAll(pattern, (found) => replaced.get(found) as string);
    return originals.map(({ key, value }) => ({ key: copied(key), value: copied(value) }));
  };
}

/** Addresses of Services with three digits in either of their last parts, of which there are the most, but for those that are taken. */
export function* freeAddresses(taken: ReadonlySet<string>): Generator<string> {
  for (let third = 100; third < 255; third += 1) {
    for (let fourth = 100; fourth < 255; fourth += 1) {
      const address = `10.96.${third}.${fourth}`;
      if (!taken.has(address)) yield address;
    }
  }
}

/** An address that `freeAddresses` has others of the same length for. */
export const isLongAddress = (address: string): boolean => /^10\.96\.[12]\d\d\.[12]\d\d$/.test(address);
