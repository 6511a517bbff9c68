import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../api/gate.ts';
import { type Bed, bedOf, specOf, until } from '../simulation/testing/world-bed.ts';
import { failed, hanging, passed, ScriptedGates } from './testing/scripted-gates.ts';

const gate = (when: Gate['when']): Gate => ({
  name: when,
  when,
  webhook: { url: 'https://checks.example.com/' },
});

/** The first revision is served, and the second one asked for, with these gates. */
async function releasing(gates: Gate[], runner: ScriptedGates): Promise<Bed> {
  const bed = bedOf({}, { gateRunner: runner });
  bed.model.create(specOf({ gates }));
  await until(bed, () => bed.model.phase === 'Healthy');
  bed.model.release('2');
  return bed;
}

const promoted = ({ model }: Bed) => model.phase === 'Healthy' && model.status.stable?.model?.version === '2';
const weightOf = ({ model }: Bed) => model.status.traffic?.applied ?? 0;

describe('gates of the real controller', () => {
  it('are asked on the way and let the rollout end well', async () => {
    const runner = new ScriptedGates();
    const bed = await releasing([gate('before'), gate('during'), gate('after')], runner);
    await until(bed, () => promoted(bed));
    expect(runner.idsOf('before')).toHaveLength(1);
    expect(runner.idsOf('during').length).toBeGreaterThanOrEqual(3);
    expect(runner.idsOf('after')).toHaveLength(1);
  });

  it('laws 5 and 17: one that hangs delays neither a rollback by a person nor another ModelDeployment', async () => {
    const runner = new ScriptedGates();
    runner.says = hanging;
    const bed = await releasing([gate('during')], runner);
    await until(bed, () => weightOf(bed) === 5);
    await bed.world.run(300_000);
    expect(bed.model.status.message).toContain('gate during is asked');
    bed.model.ask('abort', { name: 'stop' });
    const askedMs = bed.world.clock.now();
    await until(bed, () => weightOf(bed) === 0 && bed.model.phase !== 'Progressing');
    expect(bed.world.clock.now() - askedMs).toBeLessThan(5_000);
  });

  it('law 12: killed between an answer and its record, the controller asks again under the same id', async () => {
    const runner = new ScriptedGates();
    const bed = await releasing([gate('before')], runner);
    runner.says = () => {
      runner.says = () => passed;
      bed.world.controllers[0]!.kill();
      bed.world.startController({ gateRunner: runner });
      return passed;
    };
    await until(bed, () => promoted(bed));
    const ids = runner.idsOf('before');
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('law 12: killed after it, the controller does not ask again', async () => {
    const runner = new ScriptedGates();
    const bed = await releasing([gate('before')], runner);
    await until(bed, () => weightOf(bed) === 5);
    bed.world.controllers[0]!.kill();
    bed.world.startController({ gateRunner: runner });
    await until(bed, () => promoted(bed));
    expect(runner.idsOf('before')).toHaveLength(1);
  });

  it('are asked nothing more about a ModelDeployment that was deleted', async () => {
    const runner = new ScriptedGates();
    runner.says = hanging;
    const bed = await releasing([gate('before')], runner);
    await until(bed, () => runner.asked.length === 1);
    expect(runner.waiting).toBe(1);
    bed.model.remove();
    await bed.world.run(10_000);
    expect(runner.waiting).toBe(0);
  });

  it('take the traffic back when they say no', async () => {
    const runner = new ScriptedGates();
    runner.says = ({ facts }) => (facts.weight === 25 ? failed : passed);
    const bed = await releasing([gate('during')], runner);
    await until(bed, () => bed.model.phase === 'RolledBack');
    expect(bed.model.status.message).toContain('gate during failed: the answers are wrong');
    expect(weightOf(bed)).toBe(0);
  });
});
