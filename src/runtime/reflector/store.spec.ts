import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { thing } from '../testing/things.ts';
import { byControllerOf, byOwnerUid, Store } from './store.ts';

function relist(store: Store, objects: KubernetesObject[]) {
  store.handle({ type: 'Init' });
  for (const object of objects) store.handle({ type: 'InitApply', object });
  return store.handle({ type: 'InitDone' });
}

describe('Store', () => {
  it('serves the old contents until a list is complete, and the new ones from then on', () => {
    const store = new Store();
    expect(store.hasSynced).toBe(false);
    relist(store, [thing('a')]);
    expect(store.hasSynced).toBe(true);
    store.handle({ type: 'Init' });
    store.handle({ type: 'InitApply', object: thing('b') });
    expect(store.keys()).toEqual(['ns/a']);
    store.handle({ type: 'InitDone' });
    expect(store.keys()).toEqual(['ns/b']);
  });

  it('names what a relist made new, different and gone, and nothing else', () => {
    const store = new Store();
    relist(store, [thing('same'), thing('changed'), thing('gone')]);
    const same = store.get('ns/same');
    expect(relist(store, [thing('same'), thing('changed', 'v2'), thing('fresh')])).toEqual([
      { type: 'delete', key: 'ns/gone', object: thing('gone') },
      { type: 'update', key: 'ns/changed', object: thing('changed', 'v2'), previous: thing('changed') },
      { type: 'add', key: 'ns/fresh', object: thing('fresh') },
    ]);
    expect(store.get('ns/same')).toBe(same);
  });

  it('drops a list that was begun anew', () => {
    const store = new Store();
    store.handle({ type: 'Init' });
    store.handle({ type: 'InitApply', object: thing('a') });
    expect(relist(store, [thing('b')])).toEqual([{ type: 'add', key: 'ns/b', object: thing('b') }]);
  });

  it.each(['Apply', 'relist'])(
    'sees another object under the same name as a deletion and an addition: %s',
    (how) => {
      const store = new Store();
      relist(store, [thing('a')]);
      const other = thing('a', 'v2', { uid: 'other' });
      const changes =
        how === 'Apply' ? store.handle({ type: 'Apply', object: other }) : relist(store, [other]);
      expect(changes).toEqual([
        { type: 'delete', key: 'ns/a', object: thing('a') },
        { type: 'add', key: 'ns/a', object: other },
      ]);
    },
  );

  it('does not name a repeated version, nor a deletion of what is not there', () => {
    const store = new Store();
    relist(store, [thing('a')]);
    expect(store.handle({ type: 'Apply', object: thing('a') })).toEqual([]);
    expect(store.handle({ type: 'Delete', object: thing('b') })).toEqual([]);
    expect(store.handle({ type: 'Delete', object: thing('a', 'v0', { uid: 'older' }) })).toEqual([]);
    expect(store.size).toBe(1);
    const last = thing('a', 'v9');
    expect(store.handle({ type: 'Delete', object: last })).toEqual([
      { type: 'delete', key: 'ns/a', object: last },
    ]);
  });

  it('keeps indexes in step with the contents', () => {
    const store = new Store();
    const owner = { apiVersion: 'v1', kind: 'Owner', name: 'boss', uid: 'u1', controller: true };
    relist(store, [thing('a', 'v1', { ownerReferences: [owner] }), thing('b')]);
    store.addIndex('owner', byOwnerUid);
    store.addIndex('boss', byControllerOf('Owner'));
    const keys = (index: string, value: string) =>
      store.byIndex(index, value).map(({ metadata }) => metadata.name);
    expect(keys('owner', 'u1')).toEqual(['a']);
    expect(keys('boss', 'ns/boss')).toEqual(['a']);
    store.handle({
      type: 'Apply',
      object: thing('b', 'v2', { ownerReferences: [{ ...owner, controller: false }] }),
    });
    expect(keys('owner', 'u1')).toEqual(['a', 'b']);
    expect(keys('boss', 'ns/boss')).toEqual(['a']);
    store.handle({ type: 'Apply', object: thing('a', 'v3') });
    expect(keys('owner', 'u1')).toEqual(['b']);
    store.handle({ type: 'Delete', object: thing('b', 'v4') });
    expect(keys('owner', 'u1')).toEqual([]);
    relist(store, [thing('c', 'v1', { ownerReferences: [owner] })]);
    expect(keys('owner', 'u1')).toEqual(['c']);
    expect(() => store.byIndex('nobody', 'x')).toThrow('no index nobody: declared are owner, boss');
    expect(() => store.addIndex('boss', byOwnerUid)).toThrow('declared before');
  });

  it('keeps an object on which an index function throws, and says so', () => {
    const faults: string[] = [];
    const store = new Store((index, key, error) =>
      faults.push(`${index} ${key} ${(error as Error).message}`),
    );
    store.addIndex('broken', (object) => {
      if (object.metadata.name === 'a') throw new Error('no');
      return ['x'];
    });
    relist(store, [thing('a'), thing('b')]);
    expect(store.keys()).toEqual(['ns/a', 'ns/b']);
    expect(store.byIndex('broken', 'x')).toHaveLength(1);
    expect(faults).toEqual(['broken ns/a no']);
  });
});
