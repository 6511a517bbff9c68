import { describe, expect, it } from '@jest/globals';
import { laneOf } from './lane-of.ts';

const object = (status?: object) => ({ apiVersion: 'a/v1', kind: 'Thing', metadata: { name: 'a' }, status });

describe('how urgent a ModelDeployment is', () => {
  it.each<[string, object | undefined, string]>([
    ['a rollout runs', { rollout: { name: 'a-1', step: 0, steps: 3 } }, 'urgent'],
    ['the last rollout has ended', { rollout: { name: 'a-1', outcome: 'Promoted' } }, 'normal'],
    ['nothing was ever rolled out', {}, 'normal'],
    ['nothing was decided yet', undefined, 'normal'],
  ])('%s', (_, status, lane) => expect(laneOf(object(status))).toBe(lane));

  it('it is gone', () => expect(laneOf(undefined)).toBe('normal'));
});
