import { judges } from './judges/judges.ts';
import { healthy, harmful } from './scenarios.ts';
import { tally, type Tally } from './tally.ts';
import type { Truth } from './traffic.ts';

/** The page of the figures, as Markdown. */
export function statisticsPage(runs: number): string {
  return `# How often a judge is right, and how soon

Printed by \`npm run bench:statistics\`, which replays the same ${runs} seeded rollouts to every judge (\`tools/bench-statistics\`); nothing is
measured in time, so that every machine prints the same page. The requests are drawn at random and read every 5 s. All judges go
through weights of 5, 10, 25 and 50 %.

- **Understudy** is the decision of the product itself, with its defaults (one metric of errors without \`max\`, \`hold: 30s\`): a step is left on a Pass.
- **Flagger** and **Argo Rollouts** are models of how they judge: the success rate over a window of a minute against a constant, asked every minute, steps of five
  minutes. Flagger takes back at the fifth missed check, Argo Rollouts at the fourth failed measurement. They are not run here.

What is undecided after an hour stays so: there, \`maxHold\` and \`onInconclusive\` decide.

## Candidates that do no harm
Of ${runs} rollouts: taken back by mistake, promoted, and after how many seconds (median).

${table(healthy, runs, ({ rolledBack, promoted, promotedAtS }) =>
  promotedAtS === undefined
    ? `**${rolledBack}** back, none promoted`
    : `**${rolledBack}** back, ${promoted} promoted, ${promotedAtS} s`,
)}

## Candidates that do harm
Of ${runs} rollouts: taken back, after how many seconds, and how many bad answers the candidate gave until then (medians).

${table(harmful, runs, ({ rolledBack, rolledBackAtS, badUntilRolledBack, promoted }) => {
  const wrongly = promoted > 0 ? `, **${promoted} promoted**` : '';
  return rolledBackAtS === undefined
    ? `never found${wrongly}`
    : `${rolledBack} back, ${rolledBackAtS} s, ${badUntilRolledBack} bad${wrongly}`;
})}

![Bad answers until the candidate is taken back](statistics.svg)

## What the page says
- A constant is either above the service's own rate, and misses what lies below it, or near it, and takes healthy versions back by chance.
- A comparison needs no constant: what changes for both versions is not held against the new one.
- Small differences take long. With the defaults, harm of less than 1.23 times the stable version's errors is found by luck only, and what is more than 1.44 times as bad
  passes by luck only (\`breakEvenRatio\` in \`src/domain/statistics/ratio-growth.ts\`). \`maxHold\` ends the wait.
- Few requests decide little: at 5 a second nobody can be sure within the hour, and the judge says so instead of promoting.
`;
}

function table(truths: readonly Truth[], runs: number, say: (found: Tally) => string): string {
  const rows = Object.entries(judges).map(
    ([name, make]) => `| ${name} | ${truths.map((truth) => say(tally(truth, make, runs))).join(' | ')} |`,
  );
  return [
    `| judge | ${truths.map(({ name }) => name).join(' | ')} |`,
    `|---|${truths.map(() => '---').join('|')}|`,
    ...rows,
  ].join('\n');
}
