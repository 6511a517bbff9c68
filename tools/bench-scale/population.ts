import type { TestBed } from '../../test/support/test-bed.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Contender } from './contenders/contender.ts';

/** So many users apply at once. */
const usersAtOnce = 4;

/** Does something for each of `items`, `atOnce` at a time; ends with the first error. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Applies `count` workloads and waits until all are at rest. */
export async function populate(
  bed: TestBed,
  contender: Contender,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index);
  await forEachOf(indexes, usersAtOnce, async (index) => {
    await contender.apply(bed, index);
    if ((index + 1) % 1_000 === 0) say(`${contender.name}: ${index + 1} applied`);
  });
  await untilSettled(bed, contender, count);
}

/** Waits until so many workloads are at rest. */
export async function untilSettled(bed: TestBed, contender: Contender, count: number): Promise<void> {
  // A list of ten thousand is itself a load.
  const everyMs = Math.max(1_000, count);
  await waitFor(
    `${count} are settled`,
    async () => {
      const settled = await contender.countSettled(bed);
      if (settled < count) throw new Error(`${settled} are settled`);
      return true;
    },
    { timeoutMs: Math.max(300_000, count * 1_200), everyMs },
  );
}
