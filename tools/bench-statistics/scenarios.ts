import { percent } from '../../src/domain/analysis/words.ts';
import type { Truth } from './traffic.ts';

export const always = (rate: number) => () => rate;

/** A hundred requests a second, of which one in a hundred fails; the new version fails as often as is said. */
export const failing = (rate: number): Truth => ({
  name: percent(rate),
  requestsPerSecond: 100,
  stable: always(0.01),
  candidate: always(rate),
});

/** The base rate of both swings between 0.2 and 1.8 times its mean, once in ten minutes. */
const swinging = (atS: number) => 0.01 * (1 + 0.8 * Math.sin((2 * Math.PI * atS) / 600));
/** It triples for both after five minutes. */
const jumping = (atS: number) => (atS < 300 ? 0.01 : 0.03);

/** Candidates that do no harm: whoever takes one back is wrong. */
export const healthy: Truth[] = [
  { ...failing(0.01), name: 'as good as the stable version' },
  { ...failing(0.01), name: 'the base rate swings', stable: swinging, candidate: swinging },
  { ...failing(0.01), name: 'the base rate triples', stable: jumping, candidate: jumping },
  { ...failing(0.01), name: 'few requests: 5/s', requestsPerSecond: 5 },
  { ...failing(0.001), name: 'errors are rare: 0.1 %', stable: always(0.001) },
  { ...failing(0.01), name: 'a scrape in ten is missed', missed: 0.1 },
  { ...failing(0.01), name: 'its pods restart: one count in ten is lost', lost: 0.1 },
];

/** Requests that are bad together, not each by itself. */
export const bursts: Truth[] = [2, 5].map((burst) => ({
  ...failing(0.01),
  name: `errors come in bursts of ${burst}`,
  burst,
}));

/** Candidates that do harm. */
export const harmful: Truth[] = [
  failing(0.015),
  failing(0.02),
  failing(0.03),
  failing(0.05),
  failing(0.5),
  { ...failing(0.01), name: '0.1 % to 1 %', stable: always(0.001) },
  { ...failing(0.01), name: '5 %, from the third minute on', candidate: (atS) => (atS < 120 ? 0.01 : 0.05) },
  {
    ...failing(0.01),
    name: 'a leak: 1 % more each minute',
    candidate: (atS) => Math.min(1, 0.01 + atS / 6_000),
  },
  { ...failing(0.75 * 0.01 + 0.25 * 0.5), name: 'one of four pods fails half' },
  { ...failing(0.05), name: '5 %, and every other count is lost in crashes', lost: 0.5 },
  { ...failing(0.05), name: '5 %, at 5 requests/s', requestsPerSecond: 5 },
  { ...failing(0.2), name: '20 %, at 1 request/s', requestsPerSecond: 1 },
];
