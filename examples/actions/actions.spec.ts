import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { rolloutVerbs } from '../../src/api/rollout-action.ts';
import { parseRolloutAction } from '../../src/api/validation/parse-object.ts';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.yaml'));
const read = (file: string) => parse(readFileSync(join(import.meta.dirname, file), 'utf8'));

describe('the actions to start from', () => {
  it.each(files)('%s is one that the API server takes', (file) => {
    const { metadata, ...rest } = read(file);
    expect(metadata).toEqual({ generateName: `digits-${file.replace('.yaml', '-')}` });
    expect(() => parseRolloutAction({ ...rest, metadata: { name: 'digits-x7k2p' } })).not.toThrow();
  });

  it('has one for each verb', () => {
    const verbs = new Set(files.map((file) => read(file).spec.verb as string));
    expect(Object.keys(rolloutVerbs).filter((verb) => !verbs.has(verb))).toEqual([]);
  });
});
