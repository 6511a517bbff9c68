/** A range of IPv4 addresses for pods: numbers, first and last usable. */
export interface PodRange {
  cidr: string;
  first: number;
  last: number;
}

export class PodCidrError extends Error {}

export function parsePodCidr(cidr: string): PodRange {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(match?.[5]);
  if (!match || octets.some((octet) => octet > 255) || prefix < 8 || prefix > 30) {
    throw new PodCidrError(
      `podCidr: found ${JSON.stringify(cidr)}, wanted an IPv4 range such as 10.244.64.0/18`,
    );
  }
  const size = 2 ** (32 - prefix);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const network = address - (address % size);
  return { cidr, first: network + 1, last: network + size - 2 };
}

/**
 * Hands out one address per pod. It goes round the range, so that an address rests as long as possible
 * before another pod gets it: clients of the old pod must not reach the new one.
 */
export class PodAddresses {
  private readonly range: PodRange;
  private readonly used = new Set<number>();
  private next: number;

  constructor(range: PodRange) {
    this.range = range;
    this.next = range.first;
  }

  /** `wanted` is the address that the pod had before, taken again where it is free. */
  allocate(wanted?: string): string {
    const earlier = wanted === undefined ? NaN : toNumber(wanted);
    if (earlier >= this.range.first && earlier <= this.range.last && !this.used.has(earlier)) {
      this.used.add(earlier);
      return toText(earlier);
    }
    const size = this.range.last - this.range.first + 1;
    for (let tried = 0; tried < size; tried += 1) {
      const candidate = this.next;
      this.next = candidate === this.range.last ? this.range.first : candidate + 1;
      if (!this.used.has(candidate)) {
        this.used.add(candidate);
        return toText(candidate);
      }
    }
    throw new PodCidrError(`podCidr: all ${size} addresses of ${this.range.cidr} are in use`);
  }

  release(address: string): void {
    this.used.delete(toNumber(address));
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
