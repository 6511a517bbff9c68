import { describe, expect, it } from '@jest/globals';
import {
  endStateOf,
  law12SameEnd,
  law14SameDecision,
  law15NothingToWrite,
  law20SameRoles,
} from './laws-of-runs.ts';
import { TinyWorld } from './tiny-world.ts';

/** The laws of runs must be able to fail, too. */

const minute = 60_000;

describe('the laws of runs', () => {
  it('are kept by a settled world', () => {
    const world = new TinyWorld().run(minute);
    expect(law14SameDecision(world)).toBeUndefined();
    expect(law15NothingToWrite(world)).toBeUndefined();
    expect(law20SameRoles(world)).toBeUndefined();
    expect(law12SameEnd(endStateOf(world), endStateOf(new TinyWorld().run(minute)))).toBeUndefined();
  });

  it('law 12: another end is caught', () => {
    const world = new TinyWorld().run(minute);
    expect(law12SameEnd(endStateOf(world), endStateOf(new TinyWorld()))).toContain('law 12');
  });

  it('law 14: a decision that depends on more than the world is caught', () => {
    const world = new TinyWorld().run(minute);
    let counter = 0;
    // A getter stands for a clock or a memory that the decision would look at.
    Object.defineProperty(world.spec, 'replicas', { enumerable: true, get: () => (counter += 1) });
    expect(law14SameDecision(world)).toContain('law 14');
  });

  it('law 15: something left to write is caught, and so is a wish to be woken', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    expect(law15NothingToWrite(world)).toContain('law 15');
    const holding = new TinyWorld().run(minute);
    holding.editSpec('v2');
    holding.run(minute);
    expect(law15NothingToWrite(holding)).toContain('asks to be woken');
  });

  it('law 20: roles that only the status knows are caught', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    world.run(30 * minute);
    world.deleteRecords();
    world.editApex('v1');
    expect(law20SameRoles(world)).toContain('law 20');
  });
});
