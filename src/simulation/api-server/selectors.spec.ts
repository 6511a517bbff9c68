import { describe, expect, it } from '@jest/globals';
import { filterOf, selects } from './selectors.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'ml', name: 'a', labels: { app: 'x', 'a.b/c': '' } },
};

describe('filterOf', () => {
  it.each([
    ['app', true],
    ['app=x', true],
    ['app==x', true],
    ['app=y', false],
    ['app!=y', true],
    ['absent!=y', true],
    ['!app', false],
    ['!absent', true],
    ['a.b/c', true],
    ['a.b/c=', true],
    ['app in (w, x),!absent', true],
    ['app notin (w, x)', false],
    ['absent notin (w)', true],
    ['app=x,absent', false],
  ])('%s', (labelSelector, expected) => {
    expect(filterOf({ labelSelector })(object)).toBe(expected);
  });

  it('looks at the namespace, and at name and namespace as fields', () => {
    expect(filterOf({ namespace: 'other' })(object)).toBe(false);
    expect(filterOf({ fieldSelector: 'metadata.name=a,metadata.namespace!=other' })(object)).toBe(true);
    expect(filterOf({ fieldSelector: 'metadata.name!=a' })(object)).toBe(false);
  });

  it('refuses what it does not understand', () => {
    expect(() => filterOf({ labelSelector: 'a b' })).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => filterOf({ fieldSelector: 'spec.nodeName=a' })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });
});

describe('selects', () => {
  it('asks for every label; an empty selector selects none', () => {
    expect(selects({ app: 'x' }, object)).toBe(true);
    expect(selects({ app: 'x', more: 'y' }, object)).toBe(false);
    expect(selects({}, object)).toBe(false);
    expect(selects(undefined, object)).toBe(false);
  });
});
