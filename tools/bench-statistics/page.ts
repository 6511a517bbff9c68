import { judges } from './judges.ts';
import { bursts, harmful, healthy } from './scenarios.ts';
import { tally, type Tally } from './tally.ts';
import type { Truth } from './traffic.ts';

/** The page of the figures, as Markdown. */
export function statisticsPage(runs: number): string {
  return `# How often a judge is right, and how soon

Printed by \`npm run bench:statistics\`, which replays the same ${runs} seeded rollouts to every judge (\`src/simulation/judges\`); nothing is
measured in time, so that every machine prints the same page. The requests are drawn at random and read every 5 s; unless a row says otherwise there are 100 a
second, of which 1 % fail. All judges but the second go through weights of 5, 10, 25 and 50 %.

- **Understudy** is the decision of the product itself, with its defaults (one metric of errors without \`max\`, \`hold: 30s\`): a step is left on a Pass.
- **Understudy, adaptive** is the same with \`canary.adaptive\` and its defaults: the evidence chooses the weights from 1 % on, within a loss budget of 20 bad answers until the next look, and the promotion takes two
  minutes at least.
- **Flagger** and **Argo Rollouts** are models of how they judge: the success rate over a window of a minute against a constant, asked every minute, steps of five
  minutes. Flagger takes back at the fifth missed check, Argo Rollouts at the fourth failed measurement.
- **Kayenta** is a model of its Mann-Whitney judge (confidence 98 %, tolerance 0.25, the metric critical): the error rate of each minute is a point, all points so far are compared
  from the tenth minute on, every five minutes; steps of ten minutes. The runs that its documentation advises have fifty points and more.

None of the three is run here. What is undecided after an hour stays so: there, \`maxHold\` and \`onInconclusive\` decide.
\`understudy simulate --compare\` sets the same judges beside the controller on a manifest of your own.

## Candidates that do no harm
Of ${runs} rollouts: taken back by mistake, promoted, and after how many seconds (median).

${table(healthy, runs, harmless)}

## Candidates that do harm
Of ${runs} rollouts: taken back, after how many seconds, and how many bad answers the candidate gave until then (medians).

${table(harmful, runs, ({ rolledBack, rolledBackAtS, badUntilRolledBack, promoted }) => {
  const wrongly = promoted > 0 ? `, **${promoted} promoted**` : '';
  return rolledBackAtS === undefined
    ? `never found${wrongly}`
    : `${rolledBack} back, ${rolledBackAtS} s, ${badUntilRolledBack} bad${wrongly}`;
})}

![Bad answers until the candidate is taken back](statistics.svg)

## Requests that are bad together
The promise of a sequential test needs requests that are bad independently of each other. A burst is one event that counts as many requests: retries of one caller, one request that fails in ten
parts, one batch. Understudy sees bursts in what the stable version did before the rollout ([noise](../analysis.md#noise)), and divides its evidence by them: decisions take as many times the requests.
These candidates do no harm either:

${table(bursts, runs, harmless)}

Bursts that begin with the rollout, or last longer than a scrape, are not seen: count what happens once, calls and not their retries, batches and not their parts.

## What the page says
- A constant is either above the service's own rate, and misses what lies below it, or near it, and takes healthy versions back by chance.
- A comparison needs no constant: what changes for both versions is not held against the new one.
- Ranks of minutes throw away how many requests a minute had. They take healthy versions back as seldom, stand bursts, and need ten minutes for what ten requests prove.
- Evidence that chooses the weights gets requests sooner: a healthy version is promoted when its least time is over, and twice the errors are found in a quarter of the time; that costs more bad answers where harm
  is small, and 1.5 times the errors, which are less than a Pass excludes, are promoted more often. Harm that begins after the promotion is the bake's to find, which is not played here.
- Small differences take long. With the defaults, harm of less than 1.23 times the stable version's errors is found by luck only, and what is more than 1.44 times as bad
  passes by luck only: [what can be decided](power.md). \`maxHold\` ends the wait.
- Few requests decide little: at 5 a second nobody can be sure within the hour, and the judge says so instead of promoting.
`;
}

const harmless = ({ rolledBack, promoted, promotedAtS }: Tally): string =>
  promotedAtS === undefined
    ? `**${rolledBack}** back, none promoted`
    : `**${rolledBack}** back, ${promoted} promoted, ${promotedAtS} s`;

function table(truths: readonly Truth[], runs: number, say: (found: Tally) => string): string {
  const rows = truths.map(
    (truth) =>
      `| ${truth.name} | ${Object.values(judges)
        .map((make) => say(tally(truth, make, runs)))
        .join(' | ')} |`,
  );
  const names = Object.keys(judges);
  return [`| candidate | ${names.join(' | ')} |`, `|---|${names.map(() => '---').join('|')}|`, ...rows].join(
    '\n',
  );
}
