import { describe, expect, it } from '@jest/globals';
import { endStateOf, law12SameEnd, law15NothingToWrite } from '../testing/laws-of-runs.ts';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

/**
 * Law 12: each story is told once without a crash, and then with a crash after each single write of it. The next pass comes
 * at the same moment, so the end state must be the same to the letter, the records with all their times included.
 */

const minute = 60_000;

const stories: Record<string, (world: TinyWorld) => void> = {
  'a good canary': (world) => {
    world.editSpec('v2');
    world.run(30 * minute);
  },
  'a failing canary': (world) => {
    world.editSpec('v2');
    world.run(minute);
    world.say('v2', 'Fail');
    world.run(10 * minute);
  },
  'a superseded canary': (world) => {
    world.editSpec('v2');
    world.run(minute);
    world.editSpec('v3');
    world.run(30 * minute);
  },
  'a return to the stable during the bake': (world) => {
    world.editSpec('v2');
    world.run(2 * minute);
    world.editSpec('v1');
    world.run(10 * minute);
  },
  'pods that die and come back': (world) => {
    world.editSpec('v2');
    world.run(minute);
    world.healPods('v2', 20_000);
    world.killPods('v2', 4);
    world.run(30 * minute);
  },
  'pods that come and go until it ends': (world) => {
    world.editSpec('v2');
    world.run(minute);
    for (let time = 0; time < 3; time += 1) {
      world.healPods('v2', 20_000);
      world.killPods('v2', 4);
      world.run(40_000);
    }
    world.run(10 * minute);
  },
  'a candidate that never starts': (world) => {
    world.breakPods('v2');
    world.editSpec('v2');
    world.run(20 * minute);
  },
  'a canary that people lead': (world) => {
    world.editSpec('v2');
    world.run(10_000);
    world.ask('pause');
    world.ask('promote', { by: 'bob' });
    world.run(30_000);
    world.ask('resume');
    world.run(1_000);
    world.ask('promote', { target: { step: world.rollout.status.step.index } });
    world.run(5_000);
    world.ask('promote', { full: true });
    world.run(30 * minute);
  },
  'an abort, and a retry that is aborted again': (world) => {
    world.editSpec('v2');
    world.run(10_000);
    world.ask('abort');
    world.run(10_000);
    world.ask('retry');
    world.run(20_000);
    world.ask('abort');
    world.run(10 * minute);
  },
  'a rollback, and what follows it': (world) => {
    world.editSpec('v2');
    world.run(10 * minute);
    world.editSpec('v3');
    world.run(20_000);
    world.ask('rollback', { revision: world.revision('v1') });
    world.run(5 * minute);
    world.ask('resume');
    world.run(15 * minute);
  },
  'a status that is deleted': (world) => {
    world.editSpec('v2');
    world.run(minute);
    world.deleteStatus();
    world.run(30 * minute);
  },
};

/** A world whose controller dies after its write number `crashAt`, counted over the whole story. */
class MortalWorld extends TinyWorld {
  written = 0;
  /** Writes before the story begins: the birth of the first revision, which is the same in each. */
  writtenBefore = 0;
  crashAt = 0;

  override tick(): ReturnType<TinyWorld['tick']> {
    const left = this.crashAt - this.written;
    const result = super.tick(left > 0 ? { stopAfterWrites: left } : {});
    this.written += result.writes.length;
    return result;
  }
}

function told(story: (world: TinyWorld) => void, options: TinyOptions, crashAt: number): MortalWorld {
  const world = new MortalWorld({
    analysis: true,
    steps: [weightStep(20, 30_000), weightStep(50, 30_000)],
    bakeMs: minute,
    progressDeadlineMs: 2 * minute,
    ...options,
  });
  world.crashAt = crashAt;
  world.lag(1_000);
  world.healPods('v2', 3_000);
  world.run(minute);
  world.writtenBefore = world.written;
  story(world);
  return world;
}

describe.each(['weighted', 'replicaRatio'] as const)(
  'killed after any single write, by a %s router',
  (router) => {
    it.each(Object.entries(stories))('%s ends as it does unkilled', (name, story) => {
      const unkilled = told(story, { router }, 0);
      expect(unkilled.violations).toEqual([]);
      expect(law15NothingToWrite(unkilled)).toBeUndefined();
      expect(unkilled.written).toBeGreaterThan(10);
      const wrong: string[] = [];
      const from = name === 'a good canary' ? 1 : unkilled.writtenBefore + 1;
      for (let crashAt = from; crashAt <= unkilled.written; crashAt += 1) {
        const killed = told(story, { router }, crashAt);
        const found = [law12SameEnd(endStateOf(unkilled), endStateOf(killed)), ...killed.violations];
        wrong.push(
          ...found.filter((one) => one !== undefined).map((one) => `killed after write ${crashAt}: ${one}`),
        );
      }
      expect(wrong).toEqual([]);
    });
  },
);

describe('the law of crashes', () => {
  it('can fail: a rollout that ends otherwise is told apart', () => {
    const one = told(stories['a good canary']!, {}, 0);
    const other = told(stories['a failing canary']!, {}, 0);
    expect(law12SameEnd(endStateOf(one), endStateOf(other))).toContain('law 12');
  });
});
