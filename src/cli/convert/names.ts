/** Names that our API takes, as near to the given ones as it goes. */

/** A name for a ModelDeployment: DNS-1035, at most 40 characters. */
export function modelName(name: string): string {
  const plain = dashed(name).replace(/^[^a-z]+/, '') || 'model';
  return plain.slice(0, 40).replace(/-+$/, '');
}

/** A DNS label of at most 63 characters: names of metrics and of arguments. */
export const labelName = (name: string): string => dashed(name).slice(0, 63).replace(/-+$/, '') || 'metric';

/** A name for an object in the cluster. */
export const objectName = (name: string): string =>
  dashed(name, '.')
    .slice(0, 253)
    .replace(/[-.]+$/, '') || 'metric';

const dashed = (name: string, more = ''): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(new RegExp(`[^a-z0-9${more}]+`, 'g'), '-')
    .replace(/^[-.]+|[-.]+$/g, '');

/** Gives each name once: the second of two that are alike gets a number. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  claim(name: string): string {
    let free = name;
    for (let number = 2; this.#taken.has(free); number += 1) {
      const end = `-${number}`;
      free = `${name.slice(0, 63 - end.length)}${end}`;
    }
    this.#taken.add(free);
    return free;
  }
}
