import { describe, expect, it } from '@jest/globals';
import { parseScenario, writtenOf } from './parse-scenario.ts';
import { vocabulary } from './vocabulary.ts';

describe('a scenario', () => {
  it.each(vocabulary.map((word) => [writtenOf(word), word] as const))('%s is read', (_, word) => {
    const text = word.example === undefined ? word.word : `${word.word}:${word.example}`;
    expect(parseScenario(text)).toMatchObject({ name: text, description: expect.stringMatching(/\w/) });
    if (word.otherwise !== undefined) {
      expect(parseScenario(word.word).description).toBe(
        parseScenario(`${word.word}:${word.otherwise}`).description,
      );
    }
  });

  it('can be several that happen together', () => {
    expect(parseScenario('errors:5%, no-metrics')).toMatchObject({
      name: 'errors:5%,no-metrics',
      description: 'the new version answers 5% of its requests with an error; Prometheus cannot be reached',
    });
  });

  it.each([
    ['', /there is no scenario ""; accepted: healthy, errors:5%, slow:2x, crash\[:30s\], /],
    ['toString', /there is no scenario "toString"/],
    ['healthy:5', /healthy takes no value; accepted: healthy/],
    ['errors', /errors needs a value; accepted: such as errors:5%/],
    ['errors:101%', /"101%" is no share; accepted: 0% to 100%, such as 5%/],
    ['slow:0x', /"0x" is no factor; accepted: numbers with an x/],
    ['late-harm:soon', /"soon" is no duration; accepted: numbers with the units/],
    ['controller-crashes:10s', /"10s" is too short; accepted: 30s or more/],
  ])('%p is refused in words', (text, words) => {
    expect(() => parseScenario(text)).toThrow(words);
  });
});
