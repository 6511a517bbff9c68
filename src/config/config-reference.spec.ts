import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configOptions } from './config-options.ts';
import { fieldsOf, settingsHelp, settingsTable } from './config-reference.ts';
import { configSchema } from './config-schema.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  it('holds the table of settings as the schema makes it', () => {
    const squeezed = (text: string) => text.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
    expect(squeezed(page)).toContain(squeezed(settingsTable()));
  });

  it('names every key, flag and variable', () => {
    const paths = fieldsOf(configSchema, '').map(({ path }) => path);
    expect(paths).toContain('sources[].tls.keyFile');
    for (const path of paths) expect(page).toContain(`\`${path}\``);
    for (const { flag, variable } of configOptions()) {
      expect(page).toContain(flag);
      expect(page).toContain(variable);
    }
  });
});

it('every setting is described, and --help names every flag', () => {
  for (const { description } of fieldsOf(configSchema, '')) expect(description).toMatch(/\.$/);
  for (const { flag } of configOptions()) expect(settingsHelp()).toContain(`  ${flag} `);
});

it('flags and variables are unique', () => {
  const options = configOptions();
  expect(new Set(options.map(({ flag }) => flag)).size).toBe(options.length);
  expect(new Set(options.map(({ variable }) => variable)).size).toBe(options.length);
});
