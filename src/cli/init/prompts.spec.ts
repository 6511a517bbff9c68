import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Problem } from '../problem.ts';
import { promptsOn } from './prompts.ts';

const down = '\u001B[B';
let keys: PassThrough;
let screen: PassThrough;
let shown: string;
/** A terminal is there after a question; a stream of a test is not. */
function newStreams(): void {
  keys = new PassThrough();
  screen = new PassThrough();
  shown = '';
  screen.on('data', (data: Buffer) => (shown += data.toString()));
}
beforeEach(newStreams);
const prompts = () => promptsOn({ input: keys, output: screen });
const answers = ['canary', 'blueGreen', 'shadow'].map((name) => ({
  name,
  value: name,
  description: `as ${name}`,
}));

/** What was drawn has the words: then keys are heard. */
async function drawn(words: string): Promise<void> {
  for (let turn = 0; !shown.includes(words) && turn < 1_000; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(shown).toContain(words);
}

describe('questions on a terminal', () => {
  it('begin at the default, and move by the arrow keys', async () => {
    const chosen = prompts().choose('Which one?', answers, 'blueGreen');
    await drawn('as blueGreen');
    keys.write(down);
    await drawn('as shadow');
    keys.write('\r');
    expect(await chosen).toBe('shadow');
    expect(shown).toContain('Which one?');
  });

  it('take a text, or its default', async () => {
    const asked = () =>
      prompts().text('Called?', 'digits', (text) => (text === 'no' ? 'not this' : undefined));
    const preset = asked();
    await drawn('(digits)');
    keys.write('\r');
    expect(await preset).toBe('digits');
    newStreams();
    const typed = asked();
    await drawn('(digits)');
    keys.write('no\r');
    await drawn('not this');
    keys.write('\u0015fraud \r');
    expect(await typed).toBe('fraud');
  });

  it('are a Problem when somebody stops them', async () => {
    const chosen = prompts().choose('Which one?', answers, 'canary');
    const outcome = expect(chosen).rejects.toThrow(Problem);
    await drawn('as canary');
    keys.write('\u0003');
    await outcome;
  });
});
