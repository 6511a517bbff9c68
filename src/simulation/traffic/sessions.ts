import type { Random } from '../random.ts';
import type { Destination } from './flows.ts';

/** As many clients are looked at one by one, of however many there are. */
const clients = 1_000;
/** A client stays about this long, then another one comes in its place. */
const stayMs = 600_000;

/**
 * Clients who stay with the backend that they met first. New ones are drawn by the weights; who loses its backend (no weight, no endpoints)
 * is drawn anew.
 */
export class Sessions {
  readonly #random: Random;
  readonly #clients = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** How many of the clients are at each destination, after `elapsedMs` more. */
  after(elapsedMs: number, destinations: readonly Destination[]): number[] {
    const takes = ({ weight, groups }: Destination) => weight > 0 && groups.length > 0;
    const leaving = 1 - Math.exp(-elapsedMs / stayMs);
    const stayed = destinations.map((destination) => {
      const known = takes(destination) ? (this.#clients.get(destination.service) ?? 0) : 0;
      return known - this.#random.binomial(known, leaving);
    });
    const toDraw = clients - stayed.reduce((sum, count) => sum + count, 0);
    const drawn = this.#random.multinomial(
      toDraw,
      destinations.map(({ weight }) => weight),
    );
    this.#clients.clear();
    return destinations.map(({ service }, index) => {
      const count = stayed[index]! + drawn[index]!;
      this.#clients.set(service, count);
      return count;
    });
  }
}
