import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { reasons } from '../../src/api/reasons.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/** What users see of what happened, as the API server keeps it. */
let bed: TestBed;
let controller: InstalledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await bed.installController();
}, 600_000);
afterAll(() => bed?.stop(), 60_000);

const eventsOf = async (name: string): Promise<KubernetesObject[]> =>
  (await bed.list(resourceKinds.event)).filter(
    (event) =>
      event['reportingController'] === 'understudy.dev/controller' && event['regarding']?.name === name,
  );
const named = async (name: string, reason: string) =>
  (await eventsOf(name)).filter((event) => event['reason'] === reason);
/** What another write would change. */
const versions = (events: KubernetesObject[]) =>
  events.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();

async function restart(): Promise<void> {
  controller.run.signal('SIGKILL');
  const run = await controller.replace(controller.run);
  await waitFor('it leads', async () => (await run.metric('understudy_leader')) === 1);
  await waitFor(
    'it has looked at everything',
    async () => (await run.metric('understudy_workqueue_depth', { name: 'modeldeployment' })) === 0,
  );
  await sleep(2_000);
}

describe('events', () => {
  it('of a rollout have reasons from the one list, each is told once, and a restart repeats none', async () => {
    const model = await WatchedModel.serve(bed, 'told', { version: '1' });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await waitFor('the outcome is told', async () => (await named('told', 'Promoted')).length > 0);
    const events = await eventsOf('told');
    expect(events.filter((event) => !(String(event['reason']) in reasons))).toEqual([]);
    expect(events.map((event) => event['regarding'].uid)).toEqual(
      events.map(() => events[0]!['regarding'].uid),
    );
    const said = events.map((event) => `${event['reason']}: ${event['note']}`);
    expect(new Set(said).size).toBe(said.length);

    const before = versions(events);
    await restart();
    expect(versions(await eventsOf('told'))).toEqual(before);
  });

  it('that are equal are one, with a count', async () => {
    const model = await WatchedModel.serve(bed, 'series', { version: '1' });
    for (const count of [1, 2, 3]) {
      const route = await bed.get(resourceKinds.httpRoute, 'series');
      const [rule] = route!['spec'].rules as { backendRefs: object[] }[];
      const spoiled = {
        spec: { rules: [{ ...rule, backendRefs: [{ name: 'series', port: 80, weight: 7 }] }] },
      };
      await bed.merge(resourceKinds.httpRoute, 'series', spoiled);
      await waitFor(`repair ${count} is told`, async () => {
        const [event] = await named('series', 'TrafficRepaired');
        return event && ((event['series']?.count as number | undefined) ?? 1) === count;
      });
      await model.until(
        'is settled again',
        ({ phase, traffic }) => phase === 'Healthy' && traffic?.acknowledged,
      );
    }
    expect(await named('series', 'TrafficRepaired')).toHaveLength(1);
  });

  it('of what is in the way are told once, also by a controller that is started meanwhile', async () => {
    await bed.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'taken', namespace: 'default' },
      spec: { ports: [{ port: 80 }], selector: { app: 'somebody-else' } },
    });
    await bed.apply(modelDeployment({ name: 'taken', spec: { traffic: { service: {} } } }));
    await bed.untilStatus('taken', 'says what is in the way', ({ phase }) => phase === 'Failed');
    const event = await waitFor('it is told', async () => (await named('taken', 'ServiceConflict'))[0]);
    expect(event).toMatchObject({ type: 'Warning', action: 'Stall', note: expect.stringContaining('taken') });
    const before = versions(await eventsOf('taken'));
    await restart();
    expect(versions(await eventsOf('taken'))).toEqual(before);
  });
});
