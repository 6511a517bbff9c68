import { describe, expect, it } from '@jest/globals';
import { splitCrds } from './objects.ts';

const crd = (name: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    some: note
  name: ${name}
spec:
  names:
    kind: Thing
`;

describe('splitCrds', () => {
  it('gives every document with its name, and its text as it is', () => {
    const found = splitCrds(`# a comment\n---\n${crd('a.example.com')}---\n${crd('b.example.com')}`);
    expect(found.map(({ name }) => name)).toEqual(['a.example.com', 'b.example.com']);
    expect(found[1]?.yaml.trim()).toBe(crd('b.example.com').trim());
  });

  it('leaves out what is no definition', () => {
    expect(splitCrds('---\nkind: Kustomization\nresources: []\n---\n')).toEqual([]);
  });

  it('does not go on with a definition without a name', () => {
    expect(() => splitCrds('kind: CustomResourceDefinition\n')).toThrow(/without metadata.name/);
  });
});
