import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { filledManifest, type Release } from './plugin-manifest.ts';

const template = readFileSync(
  join(import.meta.dirname, '..', '..', 'packaging', 'krew', 'understudy.yaml'),
  'utf8',
);
const release: Release = {
  version: '1.2.3',
  homepage: 'https://example.com/understudy',
  uri: 'https://example.com/understudy-1.2.3.tar.gz',
  sha256: 'ab'.repeat(32),
};

describe("the plugin's manifest", () => {
  it('is what krew takes, with version, address and checksum of the release', () => {
    const manifest = parse(filledManifest(template, release));
    expect(manifest).toMatchObject({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'understudy' },
      spec: { version: 'v1.2.3', homepage: release.homepage },
    });
    const { shortDescription, description, platforms } = manifest.spec;
    // The index of krew wants one short line without a full stop.
    expect(shortDescription).toMatch(/^[^.\n]{1,50}$/);
    expect(description).not.toBe('');
    expect(platforms).toEqual([
      {
        selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
        uri: release.uri,
        sha256: release.sha256,
        bin: 'node_modules/understudy/dist/cli.js',
      },
    ]);
  });

  it('has no variable that a release does not know, and no value that could end its text', () => {
    expect(() => filledManifest('a: {{ colour }}', release)).toThrow(/names {{ colour }}; known: version/);
    expect(() => filledManifest(template, { ...release, uri: "x'" })).toThrow(/uri: found/);
  });
});
