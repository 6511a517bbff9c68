import { randomInt } from 'node:crypto';
import type { RolloutVerb } from '../api/rollout-action.ts';

/** As the API server makes names up: without vowels, so that no words come out. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';
const suffix = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');

/** A name for a new RolloutAction. */
export const actionName = (target: string, verb: RolloutVerb): string => `${target}-${verb}-${suffix()}`;
