import { comparisonDefaults, defaultTolerance } from '../../src/api/analysis.ts';
import { percent } from '../../src/domain/analysis/words.ts';
import { breakEvenRatio } from '../../src/domain/statistics/ratio-growth.ts';
import { type Power, powerAt, requestsPerSecond, slowRequests, step } from './power.ts';

export const baseRates = [0.001, 0.01, 0.1] as const;
export const ratios = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2, 2.5, 3, 4, 5] as const;
const tolerance = defaultTolerance;
const { passMargin } = comparisonDefaults.errorRate;
/** From which true ratio on the proof of harm grows, and up to which one that of health does, at small weights. */
const growthOf = (limits: { tolerance: number; passMargin: number }) => ({
  harmFrom: breakEvenRatio({ tolerance: limits.tolerance }),
  healthTo: breakEvenRatio({ margin: limits.passMargin }),
});
export const { harmFrom, healthTo } = growthOf({ tolerance, passMargin });
const latency = growthOf({ tolerance, ...comparisonDefaults.latency });

/** Limits beside which the defaults are set. */
const settings = [
  { tolerance: 1, passMargin: 2 },
  { tolerance: 1.1, passMargin: 1.5 },
  { tolerance: 1.1, passMargin: 2 },
  { tolerance: 1.1, passMargin: 3 },
  { tolerance: 1.25, passMargin: 1.5 },
  { tolerance: 1.25, passMargin: 2 },
  { tolerance: 1.5, passMargin: 3 },
];

export type PowerTable = ReadonlyMap<number, readonly Power[]>;

export const measuredPower = (runs: number): PowerTable =>
  new Map(baseRates.map((rate) => [rate, ratios.map((ratio) => powerAt(rate, ratio, runs))]));

const slowShares = [0.0001, 0.001, 0.005, 0.01, 0.05];
const slowRatios = [1, 2, 3, 5, 10];
const traffics = [1, 10, 100, 1_000];

/** The page of what can be decided, as Markdown. */
export function powerPage(power: PowerTable, runs: number): string {
  const candidates = (step.weight / 100) * requestsPerSecond * step.longestS;
  return `# What can be decided, and with how many requests

Printed by \`npm run bench:statistics\`: ${runs} seeded runs for each point, drawn at random and judged by the product's own tests
([how a rollout is judged](../analysis.md)).

## One step with the defaults
A metric of errors without \`max\`, \`tolerance\` ${tolerance}, \`passMargin\` ${passMargin}, \`falseRollback\` 0.01, \`falsePromotion\` 0.05; the first step of the default plan, ${step.weight} % of ${requestsPerSecond} requests a
second for a \`maxHold\` of ${step.longestS / 60} minutes, which are about ${candidates.toLocaleString('en-US')} requests of the candidate. The ratio is the candidate's share of bad requests to the stable revision's.

![How a step ends, by the true ratio](power.svg)

Share of steps that end with Fail and with Pass, and the candidate's requests until then (medians). What is missing to 100 % is undecided when \`maxHold\` is over.

| true ratio | ${baseRates.map((rate) => `stable: ${percent(rate)} bad`).join(' | ')} |
|---|${baseRates.map(() => '---|').join('')}
${ratios.map((ratio, index) => `| ${ratio} | ${baseRates.map((rate) => powerInWords(power.get(rate)![index]!)).join(' | ')} |`).join('\n')}

- **With the defaults there is no ratio that neither proof can decide.** The proof of harm grows for true ratios from ${harmFrom.toFixed(2)} on, and that of health up to ${healthTo.toFixed(2)} (the
  dashed lines; \`breakEvenRatio\` in \`src/domain/statistics/ratio-growth.ts\`, somewhat lower at large weights). Harm of less than the first is found by luck only, and what is more than the second passes
  by luck only. In between both grow slowly, and luck says which comes first: a Pass is no mistake there, since it certifies "less than ${passMargin} times".
- **What stays undecided** is what \`maxHold\` cuts off: at 1 % and about ${candidates.toLocaleString('en-US')} requests a fifth of the steps around a ratio of 1.5. For latency both proofs meet at ${latency.harmFrom.toFixed(2)}.
- **Errors that hardly ever happen** pass by the other way: where no \`max\` is given, less than 1 % is healthy whatever the stable revision does. At 0.1 % a candidate that is
  five times as bad has 0.5 %, and passes as often as it fails. Who minds that gives a \`max\`.

## Why these defaults
Other limits on the same step, with 1 % bad requests: what an equal candidate needs for its Pass, how one between both limits ends, and what one that is twice as bad needs for its Fail.

| tolerance | passMargin | equal: Pass | 1.5 times | twice: Fail | harm grows from | health grows up to |
|---|---|---|---|---|---|---|
${settings.map((limits) => settingInWords(limits, runs)).join('\n')}

- \`tolerance\` 1.1 accepts a difference of a tenth, since two sets of pods are hardly ever alike, and still finds twice the errors within a step. 1 asks for no harm at all, so that one slow node suffices; with
  1.25 and more, 1.5 times the errors are found on one step in ten.
- \`passMargin\` 2 lets an equal candidate pass with a thousand requests at 1 %. With 1.5 that takes three times as many, and with a \`tolerance\` of 1.25 beside it there is a band in which neither proof grows, from
  where health stops to where harm starts: waiting decides nothing there. With 3, one that is twice as bad passes four times in ten.

## Gates on rare slow requests
A metric of latency whose \`objective.max\` is twice the usual share of slow requests, at a weight of 5 % (and of 50 %). The candidate's requests in the median: until an equal one
passes, and until one with so many times the slow requests fails.

| usual share of slow requests | ${slowRatios.map((ratio) => (ratio === 1 ? 'equal: Pass' : `${ratio} times: Fail`)).join(' | ')} |
|---|${slowRatios.map(() => '---|').join('')}
${slowShares.map((share) => `| ${percent(share)} | ${slowRatios.map((ratio) => slowInWords(share, ratio, runs)).join(' | ')} |`).join('\n')}

As a rule, with \`s\` for the usual share: an equal one passes after about 12 / \`s\` requests, three times as many slow ones are proved after 7 / \`s\`, five times after 2 / \`s\`, and ten times after
0.6 / \`s\`. At 5 % of the traffic that takes:

| all requests | ${slowTimes.map(({ share, ratio }) => `${percent(share)} slow: ${ratio === 1 ? 'Pass' : `${ratio} times, Fail`}`).join(' | ')} |
|---|${slowTimes.map(() => '---|').join('')}
${traffics.map((traffic) => `| ${traffic}/s | ${slowTimes.map((question) => timeInWords(question, traffic, runs)).join(' | ')} |`).join('\n')}

- **A gate on the slowest request in a thousand** is one for a hundred requests a second and more, with steps of an hour, or for half of the traffic. At ten requests a second and a weight of 5 % a p99.9 cannot be
  judged within an afternoon; ten times as many slow ones can.
- **With less traffic** lower \`threshold\` so that one request in twenty is slow: a change of the whole distribution shows there first, and is proved with a hundredth of the requests.
- Or raise the first weight, mirror, or make \`max\` what really hurts: with ten times the usual share an equal candidate passes after about ${rounded(10 * 0.01 * slowRequests({ share: 0.01, ratio: 1, weight: 5, max: 0.1 }, runs)!)} / \`max\` requests, and harm below
  that limit is left to the comparison.
`;
}

const slowTimes = [0.001, 0.01, 0.05].flatMap((share) => [1, 3, 10].map((ratio) => ({ share, ratio })));

function settingInWords(limits: { tolerance: number; passMargin: number }, runs: number): string {
  const [equal, between, twice] = [1, 1.5, 2].map((ratio) => powerAt(0.01, ratio, runs, limits));
  const { harmFrom, healthTo } = growthOf(limits);
  const isDefault = limits.tolerance === tolerance && limits.passMargin === passMargin;
  const cells = [
    ...[String(limits.tolerance), String(limits.passMargin)].map((one) => (isDefault ? `**${one}**` : one)),
    ...[equal!, between!, twice!].map(powerInWords),
    harmFrom.toFixed(2),
    healthTo.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function powerInWords({ failed, passed, toFail, toPass }: Power): string {
  const part = (word: string, share: number, requests: number | undefined) =>
    share > 0 && requests !== undefined
      ? [`${word} ${Math.round(share * 100)} % (${rounded(requests)})`]
      : [];
  const words = [...part('Fail', failed, toFail), ...part('Pass', passed, toPass)];
  return words.length > 0 ? words.join(', ') : 'undecided';
}

const ask = (share: number, ratio: number, weight: number, runs: number) =>
  slowRequests({ share, ratio, weight, max: 2 * share }, runs);

function slowInWords(share: number, ratio: number, runs: number): string {
  const [few, many] = [5, 50].map((weight) => ask(share, ratio, weight, runs));
  return few === undefined
    ? 'undecided'
    : `${rounded(few)} (${many === undefined ? 'undecided' : rounded(many)})`;
}

function timeInWords(
  { share, ratio }: { share: number; ratio: number },
  traffic: number,
  runs: number,
): string {
  const requests = ask(share, ratio, step.weight, runs);
  if (requests === undefined) return 'undecided';
  const minutes = requests / (traffic * (step.weight / 100)) / 60;
  if (minutes < 1) return 'under 1 min';
  if (minutes < 90) return `${rounded(minutes)} min`;
  return minutes < 48 * 60 ? `${rounded(minutes / 60)} h` : `${rounded(minutes / 60 / 24)} days`;
}

/** Two digits, the same on every machine. */
const rounded = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en-US');
