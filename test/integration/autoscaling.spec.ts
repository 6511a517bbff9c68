import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/** An autoscaler sees one arm through /scale: the stable. What it asks for in mid-rollout holds for both. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const canary = (hold: string) => ({
  strategy: { canary: { steps: [{ weight: 50, hold }], bake: { duration: '2s' } } },
});

const scalePath = (name: string) =>
  `/apis/understudy.dev/v1alpha1/namespaces/default/modeldeployments/${name}/scale`;

async function readScale(
  name: string,
): Promise<{ spec: object; status: { replicas: number; selector: string } }> {
  const { body } = await bed.user.get(scalePath(name));
  return body;
}

/** As `kubectl scale`. */
async function scale(name: string, replicas: number): Promise<void> {
  const { status } = await bed.user.merge(scalePath(name), { spec: { replicas } });
  expect(status).toBe(200);
}

describe('a HorizontalPodAutoscaler in mid-rollout', () => {
  let model: WatchedModel;

  const autoscaler = (minReplicas: number, maxReplicas: number) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'scaled', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'understudy.dev/v1alpha1', kind: 'ModelDeployment', name: 'scaled' },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  });

  it('its scale-up applies to both arms, without a step of the traffic', async () => {
    model = await WatchedModel.serve(bed, 'scaled', { version: '1', spec: canary('600s') });
    await model.apply({ version: '2' });
    await model.until('is at 50%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 50);
    expect((await model.deployment('v2'))?.spec.replicas).toBe(1);
    // Without a metrics server it knows no load, but it keeps to its bounds: the controller manager's own doing.
    await bed.apply(autoscaler(4, 6));
    await waitFor(
      'the autoscaler asks for its least',
      async () => (await bed.get(resourceKinds.modelDeployment, 'scaled'))?.['spec'].replicas === 4,
      { timeoutMs: 120_000 },
    );
    await model.untilReplicas('v1', 4);
    // Half of the traffic, half of the capacity.
    await model.untilReplicas('v2', 2);
    expect((await model.rollout(1))?.status).toMatchObject({ phase: 'Stepping', weight: 50 });
    expect(model.splits().at(-1)).toBe('v1=500 v2=500');
  });

  it('it sees the stable arm only', async () => {
    const { status } = await waitFor('the scale says 4', async () => {
      const found = await readScale('scaled');
      return found.status.replicas === 4 ? found : undefined;
    });
    expect(status).toEqual({
      replicas: 4,
      selector: `understudy.dev/model-deployment=scaled,understudy.dev/revision=${model.revisionOf('v1')}`,
    });
    const selected = await bed.list(resourceKinds.pod, 'default', status.selector);
    expect(selected).toHaveLength(4);
    const [hpa] = (await bed.user.get('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'))
      .body.items;
    expect(hpa.status).toMatchObject({ currentReplicas: expect.any(Number), desiredReplicas: 4 });
  });

  it('its scale-down waits until the rollout is over', async () => {
    await bed.user.delete('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/scaled');
    await scale('scaled', 2);
    const { metadata } = (await bed.get(resourceKinds.modelDeployment, 'scaled'))!;
    await model.until('has seen it', (status) => status.observedGeneration === metadata.generation);
    expect((await model.deployment('v1'))?.spec.replicas).toBe(4);
    expect((await model.deployment('v2'))?.spec.replicas).toBe(2);

    await model.apply({ version: '1', spec: { replicas: 2 } });
    expect((await model.outcome(1)).status?.reason).toBe('RevertedByUser');
    await model.untilReplicas('v1', 2);
    await model.until('is healthy', ({ phase }) => phase === 'Healthy');
  });
});

describe('/scale', () => {
  it('settled: scales the stable, starts no rollout, and the route stays', async () => {
    const model = await WatchedModel.serve(bed, 'plain', { version: '1', spec: canary('1s') });
    const routes = model.splits();
    await scale('plain', 3);
    await model.untilReplicas('v1', 3);
    const status = await model.until(
      'has three',
      ({ phase, stable }) => phase === 'Healthy' && stable?.ready === 3,
    );
    expect(status).toMatchObject({ replicas: 3, stable: { revision: model.revisionOf('v1') } });
    expect(await model.rollout(1)).toBeUndefined();
    await scale('plain', 1);
    await model.untilReplicas('v1', 1);
    expect(model.splits()).toEqual(routes);
  });

  it('in the bake it names the new stable, which has all the traffic, and both are scaled up', async () => {
    const model = await WatchedModel.serve(bed, 'baking', {
      version: '1',
      spec: {
        strategy: { canary: { steps: [{ weight: 50, hold: '1s' }], bake: { duration: '600s' } } },
      },
    });
    await model.apply({ version: '2' });
    await model.until('bakes', ({ phase }) => phase === 'Baking');
    expect((await readScale('baking')).status.selector).toContain(model.revisionOf('v2'));
    await scale('baking', 3);
    await model.untilReplicas('v2', 3);
    // Law 6: the previous revision stays able to serve all of it.
    await model.untilReplicas('v1', 3);
  });

  it('to nothing and back: says so, and serves again', async () => {
    const model = await WatchedModel.serve(bed, 'zero', { version: '1', spec: canary('1s') });
    await scale('zero', 0);
    await model.untilReplicas('v1', 0);
    await model.until('says so', ({ message }) => message === 'spec.replicas is 0');
    await scale('zero', 1);
    await model.untilReplicas('v1', 1);
    await model.until('serves', ({ phase, stable }) => phase === 'Healthy' && stable?.ready === 1);
    expect(model.splits()).toEqual(['v1=1000']);
  });
});
