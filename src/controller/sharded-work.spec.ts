import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotLeaderError } from '../runtime/leader-guard.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import type { Term } from '../runtime/shards/shard-term.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { ShardedWork } from './sharded-work.ts';

/** The shard of `ml/3-model` is 3. */
const map = { count: 4, of: (key: string) => Number(key.slice(3, 4)) };
const keys = ['ml/0-a', 'ml/1-a', 'ml/1-b'];
const context = { signal: new AbortController().signal, reconcileId: 'r' };

class GivenTerm implements Term {
  readonly shard: number;
  over = false;

  constructor(shard: number) {
    this.shard = shard;
  }

  isLeader(): boolean {
    return !this.over;
  }
}

let added: string[];
let forgotten: string[];
let passes: { key: string; term: Term; end: (how?: Error) => void }[];
let work: ShardedWork;

beforeEach(() => {
  added = [];
  forgotten = [];
  passes = [];
  const reconcilerOf = (term: Term): Reconciler => ({
    reconcile: (key) =>
      new Promise((resolve, reject) => {
        passes.push({ key, term, end: (how) => (how ? reject(how) : resolve()) });
      }),
  });
  work = new ShardedWork({
    map,
    logger: new RecordingLogger(),
    keys: () => keys,
    add: (key) => added.push(key),
    forget: (key) => forgotten.push(key),
    reconcilerOf,
  });
});

describe('ShardedWork', () => {
  it('looks at everything in a shard that it gets, and at what happens in it', () => {
    work.changed('ml/1-a');
    expect(added).toEqual([]);
    work.begin(new GivenTerm(1));
    expect(added).toEqual(['ml/1-a', 'ml/1-b']);
    work.changed('ml/1-new');
    work.changed('ml/2-new');
    expect(added).toEqual(['ml/1-a', 'ml/1-b', 'ml/1-new']);
  });

  it('begins no pass of a shard that another process leads', async () => {
    await work.reconcile('ml/1-a', context);
    expect(passes).toEqual([]);
  });

  it('lets a shard that is given back come to its end first, and then forgets it', async () => {
    const term = new GivenTerm(1);
    work.begin(term);
    const pass = work.reconcile('ml/1-a', context);
    let drained = false;
    const draining = work.drain(term).then(() => (drained = true));
    await work.reconcile('ml/1-b', context);
    expect(passes.map(({ key }) => key)).toEqual(['ml/1-a']);
    expect(drained).toBe(false);
    passes[0]!.end();
    await Promise.all([pass, draining]);
    expect(forgotten).toEqual([]);
    term.over = true;
    work.end(term);
    expect(forgotten).toEqual(['ml/1-a', 'ml/1-b']);
    expect(work.owns('ml/1-a')).toBe(false);
  });

  it('takes the end of a pass by the loss of its shard as no error, and forgets what that pass has noted', async () => {
    const term = new GivenTerm(1);
    work.begin(term);
    const pass = work.reconcile('ml/1-a', context);
    term.over = true;
    passes[0]!.end(new NotLeaderError('apply'));
    await expect(pass).resolves.toBeUndefined();
    expect(forgotten).toEqual(['ml/1-a']);
  });

  it('of a shard that comes back begins with a memory of its own, and leaves the new term alone when the old one ends late', async () => {
    const [first, second] = [new GivenTerm(1), new GivenTerm(1)];
    work.begin(first);
    const before = work.reconcile('ml/1-a', context);
    first.over = true;
    work.begin(second);
    const after = work.reconcile('ml/1-b', context);
    work.end(first);
    expect(work.owns('ml/1-b')).toBe(true);
    expect(passes.map(({ term }) => term)).toEqual([first, second]);
    for (const { end } of passes) end();
    await Promise.all([before, after]);
    expect(forgotten).toEqual([]);
  });

  it('lets an error of a pass of its own through', async () => {
    work.begin(new GivenTerm(1));
    const pass = work.reconcile('ml/1-a', context);
    passes[0]!.end(new Error('bad'));
    await expect(pass).rejects.toThrow('bad');
  });
});
