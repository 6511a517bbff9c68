import { describe, expect, it } from '@jest/globals';
import { containerIdOf, processIdOf } from './container-id.ts';

describe('the id of a container', () => {
  it('says which process it is', () => {
    expect(processIdOf(containerIdOf(4711, 1_790_000_000_000))).toBe(4711);
  });

  it.each(['containerd://4711-1', 'process://undefined-1790000000000', ''])(
    'of another kind is refused: %j',
    (id) => {
      expect(() => processIdOf(id)).toThrow(/containerID: found .*accepted: process:\/\//);
    },
  );
});
