import type { Act, Story } from './story.ts';

const first: Act = {
  version: '1',
  words: 'serving version 1, a linear model',
  expected: { clientsGet: 'answers' },
};
const takenBack = 'version 3 was taken back; its pods drain and end while requests go on';

const canary: Story = {
  name: 'canary',
  folder: 'examples/digits',
  acts: [
    first,
    {
      version: '2',
      words: 'rolling out version 2, a better model',
      expected: { outcome: 'Promoted', clientsGet: 'answers' },
    },
    {
      version: '3',
      words: 'rolling out version 3, which throws on part of the images',
      afterwards: takenBack,
      expected: { outcome: 'RolledBack', clientsGet: 'errors' },
    },
  ],
  moral: 'version 2 was promoted, version 3 was taken back, and only version 3 answered with errors.',
};

/** Everybody moves in one write, there and back: nothing lies between 0 and 100 %. */
const blueGreen: Story = {
  name: 'blue-green',
  folder: 'examples/digits/blue-green',
  previewHost: 'preview.digits.example.com',
  acts: [
    first,
    {
      version: '2',
      words: 'rolling out version 2, a better model: first for testers, then for everybody at once',
      expected: { outcome: 'Promoted', shares: [100], clientsGet: 'answers' },
    },
    {
      version: '3',
      words: 'rolling out version 3, which throws on part of the images, though not on those of the testers',
      afterwards: takenBack,
      expected: { outcome: 'RolledBack', shares: [100, 0], clientsGet: 'errors' },
    },
  ],
  moral:
    'version 2 passed its tests and got everybody in one switch; version 3 passed them too, ' +
    'failed with live requests, and one switch brought everybody back.',
};

/** The bad version is found out by copies alone. */
const shadow: Story = {
  name: 'shadow',
  folder: 'examples/digits/shadow',
  acts: [
    first,
    {
      version: '2',
      words: 'trying version 2, a better model, on copies of all requests',
      expected: { outcome: 'Promoted', shares: [100], clientsGet: 'answers', report: 'Pass' },
    },
    {
      version: '3',
      words: 'trying version 3, which throws on part of the images, on copies of all requests',
      afterwards: 'version 3 was found out by copies alone; its pods drain and end while requests go on',
      expected: { outcome: 'RolledBack', shares: [], clientsGet: 'nothing', report: 'Fail' },
    },
  ],
  moral:
    'version 2 did well on copies of the requests and was promoted; version 3 failed on copies, and no client ever met it.',
};

export const stories: readonly Story[] = [canary, blueGreen, shadow];

/** What is shown where nobody asks for another. */
export const defaultStory: Story = canary;

export const findStory = (name: string): Story | undefined => stories.find((story) => story.name === name);
