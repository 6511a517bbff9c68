import { InvalidScenarioError } from './invalid-scenario-error.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioWord, vocabulary } from './vocabulary.ts';

/** How a word is written: `errors:5%`, `crash[:30s]`, `healthy`. */
export const writtenOf = ({ word, example, otherwise }: ScenarioWord): string =>
  example === undefined ? word : otherwise === undefined ? `${word}:${example}` : `${word}[:${example}]`;

/**
 * A scenario such as `errors:5%`, or several that happen together, joined by commas. Throws `InvalidScenarioError` with what is
 * accepted.
 */
export function parseScenario(text: string): Scenario {
  const parts = text.split(',').map((part) => part.trim());
  const scenarios = parts.map(parsePart);
  return {
    name: parts.join(','),
    description: scenarios.map(({ description }) => description).join('; '),
    begin: (stage) => {
      for (const scenario of scenarios) scenario.begin(stage);
    },
  };
}

function parsePart(text: string): Omit<Scenario, 'name'> {
  const [word = '', ...rest] = text.split(':');
  const value = rest.length > 0 ? rest.join(':') : undefined;
  const known = vocabulary.find((one) => one.word === word);
  if (!known) {
    throw new InvalidScenarioError(
      `there is no scenario "${text}"`,
      `accepted: ${vocabulary.map(writtenOf).join(', ')}; several that happen together are joined by commas`,
    );
  }
  if (known.example === undefined) {
    if (value !== undefined) throw new InvalidScenarioError(`${word} takes no value`, `accepted: ${word}`);
    return known.make('');
  }
  const given = value ?? known.otherwise;
  if (given === undefined) {
    throw new InvalidScenarioError(`${word} needs a value`, `accepted: such as ${writtenOf(known)}`);
  }
  return known.make(given);
}
