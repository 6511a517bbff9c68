import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { ControllerBed } from './testing/controller-bed.ts';

const key = 'ml/model';
const hourMs = 3_600_000;

let bed: ControllerBed;
beforeEach(async () => {
  bed = await new ControllerBed().start();
});
afterEach(() => bed.stop());

function ask(name: string, spec: Record<string, unknown>, metadata: object = {}): KubernetesObject {
  return bed.api.put({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'RolloutAction',
    metadata: { namespace: 'ml', name, ...metadata },
    spec,
  });
}
const make = (): KubernetesObject =>
  bed.api.put(
    modelDeployment({ name: 'model', namespace: 'ml', version: '1', spec: { traffic: { service: {} } } }),
  );
const action = (name: string) => bed.api.find('RolloutAction', name);

describe('an action', () => {
  it('is answered before the status, with its own version, and then given to its ModelDeployment', async () => {
    const { uid = '' } = make().metadata;
    await bed.settle(key);
    bed.events.length = 0;
    ask('wake', { target: { name: 'model', uid }, verb: 'pause', requestedBy: 'alice' });
    await bed.settle(key);
    expect(action('wake')?.['status']).toMatchObject({
      state: 'Refused',
      reason: 'RolloutNotRunning',
      // Nobody holds the name to the truth here.
      actor: { name: 'alice', verified: false },
    });
    expect(bed.api.words.slice(-2)).toEqual(['status RolloutAction wake', 'apply RolloutAction wake']);
    expect(action('wake')?.metadata.ownerReferences).toEqual([
      { apiVersion: 'understudy.dev/v1alpha1', kind: 'ModelDeployment', name: 'model', uid },
    ]);
    expect(bed.events).toEqual([{ reason: 'RolloutNotRunning', after: 'status RolloutAction wake' }]);
    const { length } = bed.api.noted;
    await bed.pass(key);
    expect(bed.api.noted).toHaveLength(length);
  });

  it('is deleted when its ttl is over, and the pass before knows when that is (law 15)', async () => {
    const { uid = '' } = make().metadata;
    await bed.settle(key);
    ask('short', { target: { name: 'model', uid }, verb: 'pause', ttl: '1h' });
    await bed.settle(key);
    const result = await bed.pass(key);
    expect(result?.requeueAfterMs).toBeLessThanOrEqual(hourMs);
    await bed.clock.advance(hourMs);
    expect(await bed.settle(key)).toEqual(['delete RolloutAction short']);
  });

  it('keeps the owners that it has', async () => {
    const { uid = '' } = make().metadata;
    const other = { apiVersion: 'v1', kind: 'Pod', name: 'pipeline', uid: 'other', controller: true };
    await bed.settle(key);
    ask('owned', { target: { name: 'model', uid }, verb: 'pause' }, { ownerReferences: [other] });
    await bed.settle(key);
    expect(action('owned')?.metadata.ownerReferences?.map((owner) => owner.uid)).toEqual(['other', uid]);
  });

  it('about a ModelDeployment that is not there is refused, and goes by itself', async () => {
    ask('lost', { target: { name: 'model', uid: 'x' }, verb: 'abort', ttl: '1h' });
    const result = await bed.settle(key).then(() => bed.pass(key));
    expect(action('lost')?.['status']).toMatchObject({ state: 'Refused', reason: 'TargetNotFound' });
    expect(result?.requeueAfterMs).toBeLessThanOrEqual(hourMs);
    await bed.clock.advance(hourMs);
    await bed.settle(key);
    expect(action('lost')).toBeUndefined();
  });

  it('that is seen before what it is about waits for it: nobody is told that it is not there', async () => {
    bed.api.hold();
    const { uid = '' } = make().metadata;
    const early = ask('early', { target: { name: 'model', uid }, verb: 'pause' });
    // The cache of the actions shows it, the other one nothing yet.
    const { targetCheck } = bed.dependencies;
    const error = await targetCheck.requireSeen(key, undefined, [early]).catch((failure: unknown) => failure);
    expect(ClusterError.is(error, 'conflict')).toBe(true);
    expect(await targetCheck.requireSeen(key, uid, [early])).toBeUndefined();
    bed.api.release();
    await bed.settle(key);
    expect(action('early')?.['status']).toMatchObject({ reason: 'RolloutNotRunning' });
  });

  it('about an earlier ModelDeployment of the name is refused', async () => {
    make();
    await bed.settle(key);
    ask('old', { target: { name: 'model', uid: 'of-before' }, verb: 'abort' });
    await bed.settle(key);
    expect(action('old')?.['status']).toMatchObject({ state: 'Refused', reason: 'TargetReplaced' });
  });
});
