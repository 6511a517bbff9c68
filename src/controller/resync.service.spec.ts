import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import { type ControllerParts, ControllerService } from './controller.service.ts';
import { restingRoundMs, ResyncService, resyncPeriodMs } from './resync.service.ts';

/** One of them is in the middle of a rollout. */
const rollingOut = 'ml/model-7';
/** In a shard that another process leads. */
const elsewhere = 'ml/elsewhere';
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `ml/model-${index}`);
const keys = keysOf(100);

/** A controller whose caches hold these keys and which only queues. */
function bed(held: readonly string[] = keys) {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock });
  const nothing = { start: () => {}, stop: () => Promise.resolve() };
  const cache = {
    ...nothing,
    onChange: () => {},
    whenSynced: () => Promise.resolve(),
    modelDeploymentKeys: () => [...held, elsewhere],
    modelDeployment: (key: string) => ({ status: key === rollingOut ? { rollout: { name: 'r' } } : {} }),
  };
  const parts = {
    cache,
    queue,
    work: { owns: (key: string) => key !== elsewhere },
    pool: { ...nothing, stop: () => Promise.resolve(queue.shutDown()) },
    events: nothing,
    measurements: { close: () => {} },
    election: nothing,
    config: { shutdownGraceMs: 1_000 },
    logger: { info: () => {} },
  } as unknown as ControllerParts;
  const controller = new ControllerService(parts);
  controller.onApplicationBootstrap();
  return { clock, queue, controller, resync: new ResyncService(controller, clock) };
}

const waitingIn = (queue: WorkQueue) => {
  const { depth, delayed } = queue.figures();
  return depth + delayed;
};

describe('the resync', () => {
  it('does nothing on a standby', () => {
    const { queue, resync } = bed();
    resync.resync();
    expect(waitingIn(queue)).toBe(0);
  });

  it('brings every key of the leader once, spread over the period', async () => {
    const { clock, queue, controller, resync } = bed();
    controller.lead();
    await clock.advance(0);
    expect(controller.working).toBe(true);
    resync.resync();
    expect(queue.figures().depth).toBe(0);
    await clock.advance(resyncPeriodMs / 2);
    const half = queue.figures().depth;
    expect(half).toBeGreaterThan(30);
    expect(half).toBeLessThan(70);
    await clock.advance(resyncPeriodMs / 2);
    const taken = await Promise.all(keys.map(() => queue.take()));
    expect(taken.sort()).toEqual([...keys].sort());
    expect(waitingIn(queue)).toBe(0);
  });

  it('lets all pass that is more urgent, and counts for a rollout as its other looks do', async () => {
    const { clock, queue, controller, resync } = bed();
    controller.lead();
    await clock.advance(0);
    resync.resync();
    await clock.advance(resyncPeriodMs);
    queue.add('ml/changed');
    queue.add('ml/rollback', 'urgent');
    const taken = [await queue.take(), await queue.take(), await queue.take()];
    expect(taken).toEqual(['ml/rollback', rollingOut, 'ml/changed']);
  });

  it('takes longer for many at rest, and begins no new round before the last one is over', async () => {
    const many = keysOf(4_000);
    const { clock, queue, controller, resync } = bed(many);
    expect(restingRoundMs(many.length)).toBe(2 * resyncPeriodMs);
    controller.lead();
    await clock.advance(0);
    resync.resync();
    await clock.advance(resyncPeriodMs);
    const half = queue.figures().depth;
    expect(half).toBeGreaterThan(1_900);
    expect(half).toBeLessThan(2_100);
    resync.resync();
    await clock.advance(resyncPeriodMs);
    expect(queue.figures()).toMatchObject({ depth: 4_000, delayed: 0 });
    await Promise.all(many.map(() => queue.take()));
    resync.resync();
    expect(waitingIn(queue)).toBe(4_000);
  });

  it('looks at one that rolls out every period, however many are at rest', async () => {
    const { clock, queue, controller, resync } = bed(keysOf(10_000));
    controller.lead();
    await clock.advance(0);
    for (let period = 0; period < 3; period += 1) {
      resync.resync();
      await clock.advance(resyncPeriodMs);
      expect(await queue.take()).toBe(rollingOut);
      queue.done(rollingOut);
    }
  });

  it.each([
    [0, 1],
    [2_400, 1],
    [2_401, 2],
    [10_000, 5],
  ])('of %i at rest takes %i periods', (count, periods) => {
    expect(restingRoundMs(count)).toBe(periods * resyncPeriodMs);
  });

  it('does nothing once a stop has begun', async () => {
    const { clock, queue, controller, resync } = bed();
    controller.lead();
    await clock.advance(0);
    await controller.beforeApplicationShutdown();
    resync.resync();
    expect(waitingIn(queue)).toBe(0);
  });

  it('comes by itself each period, until a stop begins', async () => {
    const clock = new VirtualClock();
    let rounds = 0;
    const controller = { resync: () => (rounds += 1) } as unknown as ControllerService;
    const resync = new ResyncService(controller, clock);
    resync.onApplicationBootstrap();
    await clock.advance(resyncPeriodMs - 1);
    expect(rounds).toBe(0);
    await clock.advance(1);
    expect(rounds).toBe(1);
    await clock.advance(2 * resyncPeriodMs);
    expect(rounds).toBe(3);
    resync.beforeApplicationShutdown();
    await clock.advance(2 * resyncPeriodMs);
    expect(rounds).toBe(3);
  });
});
