import { describe, expect, it } from '@jest/globals';
import type { AuditedRequest } from '../../test/support/audit-log.ts';
import { reactionsIn } from './rolling.ts';

const create = (name: string, receivedAtMs: number, resource = 'modelrollouts') =>
  ({ verb: 'create', resource, name, receivedAtMs }) as AuditedRequest;

describe('reactions', () => {
  it('are from the answer to a change to the first record of that object', () => {
    const changed = new Map([
      ['model-00001', 1_000],
      ['model-00002', 1_500],
    ]);
    const requests = [
      create('model-00002-1', 1_540),
      create('model-00001-1', 1_020),
      create('model-00001-2', 3_000),
      create('model-00001', 1_001, 'deployments'),
    ];
    expect(reactionsIn(requests, changed)).toEqual([20, 40]);
  });

  it('are not less than nothing, where the watch was faster than the answer', () => {
    expect(reactionsIn([create('a-1', 995)], new Map([['a', 1_000]]))).toEqual([0]);
  });

  it('are missed loudly', () => {
    expect(() => reactionsIn([], new Map([['a', 1_000]]))).toThrow('no ModelRollout of a');
  });
});
