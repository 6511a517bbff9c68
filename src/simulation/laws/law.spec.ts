import { expect, it } from '@jest/globals';
import { lawIn } from './law.ts';

it('a complaint names its law', () => {
  expect(lawIn('law 13: traffic is written after the status')).toBe('law 13');
  expect(lawIn('end: elsewhere')).toBe('end');
});
