import { describe, expect, it } from '@jest/globals';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import { gather } from './gather.ts';
import { ControllerBed } from './testing/controller-bed.ts';

/** The words of the problem that a pass sees, with these routers switched on. */
async function problemWith(traffic: object, routers: { service: boolean; gatewayAPI: boolean }) {
  const bed = await new ControllerBed().start();
  try {
    const { metadata, ...rest } = modelDeployment({ name: 'model', namespace: 'ml', spec: { traffic } });
    bed.api.put({ ...rest, metadata: { ...metadata, uid: 'now' } } as never);
    await bed.clock.settle();
    const gathered = await gather('ml/model', { ...bed.dependencies, routers });
    return gathered?.world.traffic.problem;
  } finally {
    await bed.stop();
  }
}

describe('a router that is switched off', () => {
  it('is a problem of whoever asks for it, in words that say what to do', async () => {
    expect(await problemWith({ service: {} }, { service: false, gatewayAPI: true })).toEqual({
      reason: 'RouterSwitchedOff',
      message:
        "traffic.service is switched off in the controller's configuration: set traffic.gatewayAPI, or have " +
        'routers.service switched on there',
    });
    const gatewayAPI = { parentRefs: [{ name: 'public', namespace: 'infra' }] };
    const problem = await problemWith({ gatewayAPI }, { service: true, gatewayAPI: false });
    expect(problem?.reason).toBe('RouterSwitchedOff');
  });

  it('is none of whoever asks for the other one', async () => {
    expect(await problemWith({ service: {} }, { service: true, gatewayAPI: false })).toBeUndefined();
  });
});
