import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** What a rollout learns of the stable's pods from a real Prometheus that scrapes them, before it begins. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const analysis = { interval: '1s', minRequests: 20, metrics: [{ name: 'errors', kind: 'errorRate' }] };

function scraped(object: KubernetesObject): void {
  const spec = object['spec'] as { serving: { workload: { template: Record<string, unknown> } } };
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' };
  spec.serving.workload.template['metadata'] = { annotations };
}

describe('the noise between the pods of the stable revision', () => {
  it('is measured when a rollout begins, and is what the comparison accepts', async () => {
    const env = { ERROR_RATE: '0.3' };
    const model = await WatchedModel.serve(bed, 'noisy', { env, change: scraped, spec: { analysis } });
    const load = model.load({ rate: 200 });
    await waitFor('every pod was scraped often enough to be compared', () => load.answers.length > 4000);
    await model.apply({ version: '2', env, change: scraped });
    const { status } = await model.outcome(1);
    await load.stop();

    const calibration = status!.analysis!.calibration!;
    expect(calibration.because).toBeUndefined();
    expect(calibration.metrics['errors']).toMatchObject({ pods: 2, tolerance: 1.05 });
    const said = status!.decisions!.map(({ message }) => message).join('\n');
    expect(said).toContain('errors: 2 pods of the stable revision differ by');
    expect(status).toMatchObject({ outcome: 'Promoted' });
  });

  it('is not measured where nobody scrapes the pods, which holds nobody up', async () => {
    const model = await WatchedModel.serve(bed, 'unseen', { spec: { analysis } });
    const load = model.load();
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await load.stop();
    expect(status).toMatchObject({ outcome: 'Promoted' });
    expect(status!.analysis!.calibration).toEqual({
      metrics: {},
      because: 'errors: the source has no counters of single pods that are known',
    });
  });
});
