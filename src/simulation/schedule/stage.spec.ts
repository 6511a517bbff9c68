import { describe, expect, it } from '@jest/globals';
import { decide } from '../../domain/decide.ts';
import { tryOut } from './run-seeds.ts';
import type { Setting } from './setting.ts';
import { Stage } from './stage.ts';

const setting: Setting = {
  strategy: 'canary',
  router: 'gateway',
  replicas: 1,
  analysis: false,
  controllers: 'both',
  neighbour: false,
  gates: [],
  targets: [],
  lastTargets: 'takes',
  lastWord: { says: 'yes', then: 'abort' },
  paceMs: 0,
  lastsMs: 1_500,
  finale: 'good',
  finalPlan: 'short',
};

describe('a stage', () => {
  it('sets the clocks of controllers right when the faults end', () => {
    const stage = new Stage(1, setting);
    stage.startMissing();
    stage.stepClocks(30_000);
    stage.stopFaults();
    const { clock, controllers } = stage.world;
    expect(controllers.map((controller) => controller.clock.now() - clock.now())).toEqual([0, 0]);
  });

  it('ends a run in which controllers never come to rest', async () => {
    const restless = () => ({
      decide: (world: Parameters<typeof decide>[0]) => {
        const decision = decide(world);
        return { ...decision, status: { ...decision.status, message: `looked at ${world.nowMs}` } };
      },
    });
    const { failed } = await tryOut({ seed: 1, setting, events: [] }, restless);
    expect(failed?.violations[0].complaint).toMatch(/^law 15: no rest after 1500 passes/);
  });
});
