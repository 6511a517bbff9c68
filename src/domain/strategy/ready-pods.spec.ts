import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';
import { inquiryOf } from './evidence.ts';

const minute = 60_000;

/** What is asked at the first step of a rollout with this warm-up. */
function inquiry(warmUpMs: number | undefined) {
  const world = new TinyWorld({ analysis: true }).run(minute);
  if (warmUpMs !== undefined) world.spec.analysis.warmUpMs = warmUpMs;
  world.editSpec('v2');
  world.run(2 * minute);
  const gathered = world.gather();
  for (const { members } of gathered.revisions)
    for (const [index, pod] of members.entries()) if (index > 0) pod.readySinceMs = 1_000 + index;
  return { asked: inquiryOf(gathered, world.rollout), world, gathered };
}

describe('the pods of an inquiry', () => {
  it('are named with the time from which each is warm: ready, or else born', () => {
    const { asked, world, gathered } = inquiry(minute);
    const [candidate = [], stable = []] = ['v2', 'v1'].map(
      (version) => gathered.revisions.find(({ revision }) => revision === world.revision(version))?.members,
    );
    const times = (members: typeof candidate) =>
      Object.fromEntries(members.map((pod, index) => [pod.name, index > 0 ? 1_000 + index : pod.bornAtMs]));
    expect(stable.length).toBeGreaterThan(1);
    expect(asked?.readyPods).toEqual({ candidate: times(candidate), stable: times(stable) });
  });

  it("are nobody's concern without a warm-up", () => {
    expect(inquiry(undefined).asked).not.toHaveProperty('readyPods');
  });
});
