import { describe, expect, it } from '@jest/globals';
import { parseOptions, UsageError } from './options.ts';

const parse = (args: string[], seeds?: string) => parseOptions(args, { seeds, cores: 2 });

describe('the options of the simulation test', () => {
  it('ask for 20000 schedules on every core when nothing is said', () => {
    expect(parse([])).toEqual({ from: 1, to: 20_000, workers: 2 });
  });

  it('take SEEDS as a number or as a range', () => {
    expect(parse([], '500')).toMatchObject({ from: 1, to: 500 });
    expect(parse([], '700..800')).toMatchObject({ from: 700, to: 800 });
  });

  it('take one seed, or a schedule that was printed', () => {
    expect(parse(['--seed', '42'])).toMatchObject({ from: 42, to: 42 });
    expect(parse(['--schedule', '{}', '--workers', '1'])).toMatchObject({ schedule: '{}', workers: 1 });
  });

  it.each([[['--seed']], [['--seed', 'x']], [['--deep', '1']]])('refuse %j', (args) => {
    expect(() => parse(args)).toThrow(UsageError);
  });

  it('refuse SEEDS that are no number', () => {
    expect(() => parse([], 'many')).toThrow('found SEEDS many; accepted: a whole number');
  });
});
