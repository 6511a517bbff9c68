import { describe, expect, it } from '@jest/globals';
import { ModelRolloutStatus } from '../../api/model-rollout-status.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import { keptDecisions } from './rollout-log.ts';
import { initialRolloutStatus, record, setWeight } from './transitions.ts';

const second = 1_000;
const minute = 60 * second;
const startMs = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(ms).toISOString();
const because = { action: 'WeightTakenBack', reason: 'CapacityLost' as const, message: 'pods were lost' };

/** A record after so many decisions, one a second. */
function after(count: number): ModelRolloutStatus {
  let status = initialRolloutStatus(at(startMs));
  for (let taken = 0; taken < count; taken += 1) {
    status = setWeight(status, startMs + taken * second, taken % 100, because);
  }
  return status;
}

describe('the log of decisions', () => {
  it('has them all while they are few', () => {
    expect(after(keptDecisions).decisions).toHaveLength(keptDecisions);
    expect(after(keptDecisions).earlier).toBeUndefined();
  });

  it.each([1, 2, 35, 400])('summarises the oldest of %p too many', (surplus) => {
    const { decisions, earlier } = after(keptDecisions + surplus);
    expect(decisions).toHaveLength(keptDecisions);
    expect(decisions?.map((one) => one.at)).toEqual(
      Array.from({ length: keptDecisions }, (_, index) => at(startMs + (surplus + index) * second)),
    );
    const to = at(startMs + (surplus - 1) * second);
    expect(earlier).toEqual({ count: surplus, from: at(startMs), to });
  });

  it('fits into the API, and goes on from a record that has too many', () => {
    expect(() => ModelRolloutStatus.strict().parse(after(500))).not.toThrow();
    const { decisions: _, ...rest } = after(0);
    const overfull = { ...rest, decisions: [...after(20).decisions!, ...after(5).decisions!] };
    const { earlier, decisions } = record(overfull, startMs + minute, because);
    expect([earlier?.count, decisions?.length]).toEqual([6, keptDecisions]);
  });
});

describe('the log of phases', () => {
  const rolling = (change: (world: TinyWorld) => void = () => undefined) => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    change(world);
    world.editSpec('v2');
    return world;
  };
  const lasted = ({ rollout: { status } }: TinyWorld) =>
    (status.phases ?? []).map(({ phase, startedAt, endedAt }) => [
      phase,
      endedAt === undefined ? 'still' : (Date.parse(endedAt) - Date.parse(startedAt)) / minute,
    ]);

  it('has each one with its times, and the whole duration at the end', () => {
    const world = rolling((it) => it.healPods('v2', 30 * second)).run(2 * minute);
    expect(lasted(world)).toEqual([
      ['Preparing', 0.5],
      ['Stepping', 'still'],
    ]);
    expect(world.rollout.status.duration).toBeUndefined();
    world.run(60 * minute);
    const { status } = world.rollout;
    expect(status.outcome).toBe('Promoted');
    // Three holds of two minutes, and half a minute for the second pod that the half of the traffic takes.
    expect(lasted(world)).toEqual([
      ['Preparing', 0.5],
      ['Stepping', 6.5],
      ['Promoting', 0.5],
      ['Baking', 15],
    ]);
    expect(status.duration).toBe('22m30s');
    for (const [index, { startedAt }] of (status.phases ?? []).entries()) {
      if (index > 0) expect(startedAt).toBe(status.phases![index - 1]!.endedAt);
    }
    expect(status.phases?.at(-1)?.endedAt).toBe(status.endedAt);
  });

  it('ends with the rollout, wherever that is', () => {
    const failed = rolling((world) => world.breakPods('v2')).run(15 * minute);
    expect(lasted(failed)).toEqual([['Preparing', 10]]);
    expect(failed.rollout.status).toMatchObject({ outcome: 'Failed', duration: '10m' });
    const superseded = rolling().run(3 * minute);
    superseded.editSpec('v3');
    superseded.run(second);
    expect(superseded.rollouts[0]?.status).toMatchObject({ outcome: 'Superseded', duration: '3m' });
  });

  it('begins late in a record that had none', () => {
    const world = rolling().run(3 * minute);
    const { phases: _, ...old } = world.rollout.status;
    world.rollout.status = old;
    world.run(60 * minute);
    expect(lasted(world).map(([phase]) => phase)).toEqual(['Promoting', 'Baking']);
  });
});
