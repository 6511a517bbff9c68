import { expect } from '@jest/globals';
import type { GatewayLoad } from './gateway-load.ts';

/** Nothing went wrong on the way, nobody else answered than these (`v1 200`), and in the end only this version did. */
export function expectServed(load: GatewayLoad, answers: string[], last: string): void {
  expect(load.failuresOnTheWay()).toEqual([]);
  expect(Object.keys(load.counts()).sort()).toEqual(answers);
  expect(new Set(load.answers.slice(-50).map(({ model }) => model))).toEqual(new Set([last]));
}
