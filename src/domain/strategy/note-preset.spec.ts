import { describe, expect, it } from '@jest/globals';
import type { PresetChoice } from '../../api/model-rollout-status.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { World } from '../world.ts';
import { notePreset } from './note-preset.ts';

const worldThatSaw = (choice: PresetChoice | undefined) =>
  ({ analysis: { chosen: choice && { choice, says: [] } } }) as unknown as World;
const recordOf = (preset?: PresetChoice) =>
  ({
    weight: 5,
    analysis: { noDataSince: 'then', ...(preset && { preset }) },
  }) as unknown as ModelRolloutStatus;
const old = { name: 'vllm', requests: 'old' };

describe('what a rollout is judged by', () => {
  it('is recorded when its series were seen, beside what else is known', () => {
    expect(notePreset(worldThatSaw(old), recordOf()).analysis).toEqual({ noDataSince: 'then', preset: old });
  });

  it('law 12: stays what it was, and learns what was not there', () => {
    const seen = { name: 'vllm', requests: 'new', latency: 'seconds' };
    const preset = { ...old, latency: 'seconds' };
    expect(notePreset(worldThatSaw(seen), recordOf(old)).analysis?.preset).toEqual(preset);
    const full = recordOf(preset);
    expect(notePreset(worldThatSaw({ ...seen, latency: 'others' }), full)).toBe(full);
    const other = recordOf(old);
    expect(notePreset(worldThatSaw({ ...seen, name: 'triton' }), other)).toBe(other);
  });

  it('law 15: writes nothing of what was not seen', () => {
    const record = recordOf();
    expect(notePreset(worldThatSaw({ name: 'vllm' }), record)).toBe(record);
    expect(notePreset(worldThatSaw(undefined), record)).toBe(record);
    const known = recordOf(old);
    expect(notePreset(worldThatSaw(old), known)).toBe(known);
  });
});
