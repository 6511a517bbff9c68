import { contenderNames, type ContenderName } from './contenders/contender.ts';
import { type Run, type ScaleFigures, writesIn } from './figures.ts';
import type { Machine } from './machine.ts';
import type { RollingFigures } from './rolling.ts';
import { growthOf, type GrowthOf, type SoakFigures, type SoakSample } from './soak.ts';

const titles: Record<ContenderName, string> = {
  understudy: 'Understudy',
  'argo-rollouts': 'Argo Rollouts',
  flagger: 'Flagger',
};

/** The page of the figures, as Markdown. */
export function scalePage({ runs, soak, remarks = [] }: ScaleFigures): string {
  const sorted = [...runs].sort(
    (left, right) =>
      left.objects - right.objects ||
      contenderNames.indexOf(left.contender) - contenderNames.indexOf(right.contender),
  );
  const ours = sorted.filter(({ contender }) => contender === 'understudy');
  return `${[
    intro,
    ...(ours.length > 0 ? ['## One replica', table(oursRows(ours), ours.map(ofObjects), 'aim')] : []),
    ...ours.filter(({ rolling }) => rolling).map(rollingSection),
    ...(sorted.length > ours.length ? ['## Beside others', besideText(sorted), ...besideTables(sorted)] : []),
    ...(soak ? soakSection(soak) : []),
    ...(sorted.length > 0 ? ['## What was run', runsTable(sorted)] : []),
    ...(remarks.length > 0 ? [remarks.map((remark) => `- ${remark}`).join('\n')] : []),
  ].join('\n\n')}\n`;
}

const intro = `# With many objects

Written by \`npm run bench:scale\` from \`scale.json\`, beside which it lies; a run replaces its own figures and leaves the others. A real etcd, API server and controller manager
run on one machine, with simulated nodes (kwok), beside the measured controller, a scripted Prometheus that answers at once, and the client of the bench: reaction times are those of a machine
that does all of it. Each workload has one pod, and plain Services for traffic. Requests are counted in the API server's audit log, processor time and memory (resident, in MB of
1,000,000 bytes) by the kernel. More than 1,000 are copies, with all that belongs to them, of one that the controller brought to rest, made in the store while it is stopped: the controller manager
would take the better part of an hour.`;

type Row = [what: string, values: string[], aim: string];

function table(rows: readonly Row[], columns: readonly string[], last: string): string {
  return [
    `| | ${[...columns, last].join(' | ')} |`,
    `|---|${[...columns, last].map(() => '---').join('|')}|`,
    ...rows.map(([what, values, aim]) => `| ${[what, ...values, aim].join(' | ')} |`),
  ].join('\n');
}

const ofObjects = ({ objects }: Run) => `${whole(objects)} settled`;

function oursRows(runs: readonly Run[]): Row[] {
  const row = (what: string, aim: string, value: (run: Run) => string): Row => [what, runs.map(value), aim];
  return [
    row('memory with none', '', ({ memoryMb }) => mb(memoryMb.empty)),
    row('memory when all were made and settled', '', ({ memoryMb }) => mbOr(memoryMb.populated)),
    row('memory after a restart', '10,000: under 450 MB', ({ memoryMb }) => mb(memoryMb.restarted)),
    row('memory after a scrape of its metrics', '', ({ scrape }) =>
      scrape ? `${mb(scrape.residentAfterMb)} (heap ${mb(scrape.heapUsedMb)})` : '-',
    ),
    row('one scrape: series, processor time', '', ({ scrape }) =>
      scrape ? `${whole(scrape.series)}, ${round(scrape.cpuSeconds, 2)} s` : '-',
    ),
    row('at rest, five minutes after a restart: writes but for the Lease', 'none', ({ idle }) =>
      String(writesIn(idle.requests)),
    ),
    row('at rest: requests a second but for the Lease', '', ({ idle }) => verbs(idle.requests)),
    row('at rest: requests a second for the Lease', '', ({ idle }) =>
      round(idle.requests.leasesPerSecond, 2),
    ),
    row('at rest: processor', '10,000: under 1 % of a core', ({ idle }) => percent(idle.shareOfCore)),
    row('while the resync of each ten minutes goes on: processor', '', ({ resync }) =>
      resync ? percent(resync.shareOfCore) : '-',
    ),
    row('while the resync goes on: writes but for the Lease', 'none', ({ resync }) =>
      resync ? String(writesIn(resync.requests)) : '-',
    ),
    row('restart until calm', 'under 5 s for each 1,000', ({ restart, objects }) => {
      const each = (restart.calmAfterSeconds / objects) * 1_000;
      return `${round(restart.calmAfterSeconds, 1)} s (${round(each, 1)} s for each 1,000; ${round(restart.cpuSeconds, 1)} s of processor time)`;
    }),
    row('restart: writes but for the Lease', 'none', ({ restart }) => String(writesIn(restart.requests))),
  ];
}

function rollingSection({ objects, rolling = [] }: Run): string {
  const columns = rolling.map(({ rolling: count }) => `${whole(count)} of ${whole(objects)} rolling out`);
  const row = (what: string, aim: string, value: (figures: RollingFigures) => string): Row => [
    what,
    rolling.map(value),
    aim,
  ];
  return table(
    [
      row(
        'spec change to first write, all held, 30 changes a minute',
        'with 1,000 rolling out p99 under 250 ms',
        ({ heldReactionMs: held }) =>
          held
            ? `p50 ${held.p50} ms, p99 ${held.p99} ms, most ${held.max} ms (${held.samples} changes)`
            : '-',
      ),
      row(
        'the same while all of them are changed',
        '',
        ({ reactionMs: { p50, p99, max, samples }, changesPerMinute }) =>
          `p50 ${p50} ms, p99 ${p99} ms, most ${max} ms (${samples} changes, ${changesPerMinute} a minute)`,
      ),
      row('requests a second, all held and judged each 15 s', '', ({ requests }) => verbs(requests)),
      row('queries of Prometheus a second', '', ({ queriesPerSecond }) => round(queriesPerSecond, 1)),
      row('processor', '', ({ shareOfCore }) => percent(shareOfCore)),
      row('memory', '', ({ residentMb }) => mb(residentMb)),
    ],
    columns,
    'aim',
  );
}

function besideText(runs: readonly Run[]): string {
  const described = contenderNames.flatMap((name) => {
    const run = runs.find(({ contender }) => contender === name);
    return run ? [`- **${titles[name]} ${run.version}**: each workload is ${run.workload}.`] : [];
  });
  return [
    'Each alone in a cluster of its own, with its default flags (Flagger is told its provider and the address of Prometheus), built from its Go module; what is measured is the process of the controller. Memory and requests at rest are to be below both.',
    described.join('\n'),
  ].join('\n\n');
}

function besideTables(runs: readonly Run[]): string[] {
  const numbers = [...new Set(runs.map(({ objects }) => objects))];
  return numbers.flatMap((objects) => {
    const those = runs.filter((run) => run.objects === objects);
    if (those.length < 2) return [];
    const row = (what: string, value: (run: Run) => string): Row => [what, those.map(value), ''];
    return [
      table(
        [
          row('memory when all were made and settled', ({ memoryMb }) => mbOr(memoryMb.populated)),
          row('memory after a restart', ({ memoryMb }) => mb(memoryMb.restarted)),
          row('of it without pages of its own program', ({ idle }) => mbOr(idle.anonymousMb)),
          row('requests a second at rest, but for the Lease', ({ idle }) => verbs(idle.requests)),
          row('writes at rest, but for the Lease', ({ idle }) => String(writesIn(idle.requests))),
          row('requests a second for the Lease', ({ idle }) => round(idle.requests.leasesPerSecond, 2)),
          row('processor at rest', ({ idle }) => percent(idle.shareOfCore)),
          row('writes in the five minutes after a restart, but for the Lease', ({ restart }) =>
            String(writesIn(restart.requests)),
          ),
        ].filter(([, values]) => values.some((value) => value !== '-')),
        those.map(({ contender }) => `${titles[contender]}, ${whole(objects)}`),
        '',
      ),
    ];
  });
}

const units: Record<GrowthOf, string> = {
  residentMb: 'memory, MB an hour',
  heapUsedMb: 'heap, MB an hour',
  handles: 'open handles an hour',
  series: 'series an hour',
};

const sampleRow = (
  when: string,
  { residentMb, heapUsedMb, handles, series, rolloutsEnded }: SoakSample,
): string =>
  `| ${[when, mb(residentMb), mb(heapUsedMb), handles, whole(series), whole(rolloutsEnded)].join(' | ')} |`;

function soakSection(soak: SoakFigures): string[] {
  const everyMinutes = soak.minutes > 30 ? 5 : 2;
  const shown = soak.samples.filter(({ minute }) => minute % everyMinutes === 0 || minute === soak.minutes);
  const rows = shown.map((sample) => sampleRow(String(sample.minute), sample));
  if (soak.rested) rows.push(sampleRow(`${soak.rested.minute}, at rest`, soak.rested));
  const fits = growthOf.map((of) => {
    const { slope, slopeError } = soak.growthPerHour[of];
    return `| ${units[of]} | ${round(slope, 1)} ± ${round(2 * slopeError, 1)} |`;
  });
  return [
    '## Soak',
    `\`${soak.command}\`, ${machineText(soak.machine)}, Kubernetes ${soak.kubernetesVersion}: ${soak.models} ModelDeployments roll out again and again, ${soak.askedPerMinute} changes a minute asked for ${soak.minutes} minutes; ${round(soak.endedPerMinute, 0)} rollouts a minute came to their end, with ${percent(soak.shareOfCore)} of a core. The aim is an hour at 200 a minute without growth.`,
    [
      '| minute | memory | heap | open handles | series | rollouts ended |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
    'Growth by a straight line through the samples of each minute in the second half, with twice its standard error:',
    ['| what | growth |', '|---|---|', ...fits].join('\n'),
  ];
}

function runsTable(runs: readonly Run[]): string {
  return [
    '| run | command | machine | Kubernetes | time to make and settle all |',
    '|---|---|---|---|---|',
    ...runs.map(
      ({ contender, objects, copied, command, machine, kubernetesVersion, populateSeconds }) =>
        `| ${titles[contender]}, ${whole(objects)} | \`${command}\` | ${machineText(machine)} | ${kubernetesVersion} | ${round(populateSeconds, 0)} s${copied ? ', as copies of one' : ''} |`,
    ),
  ].join('\n');
}

const machineText = ({ cores, model, memoryGb, node, load, day }: Machine): string =>
  `${cores} cores (${model}), ${memoryGb} GB, Node ${node}, load ${load} at the start, ${day}`;

/** `0.05 (watch 0.05)`. */
function verbs({
  perSecond,
  perSecondByVerb,
}: {
  perSecond: number;
  perSecondByVerb: Record<string, number>;
}): string {
  const each = Object.entries(perSecondByVerb).map(([verb, count]) => `${verb} ${round(count, 2)}`);
  return each.length > 0 ? `${round(perSecond, 2)} (${each.join(', ')})` : '0';
}

const mbOr = (value: number | undefined) => (value === undefined ? '-' : mb(value));
const mb = (value: number) => `${round(value, 0)} MB`;
const percent = (share: number) => `${round(share * 100, 1)} %`;
const whole = (value: number) => value.toLocaleString('en-US');
/** Half up, and never `-0`. */
const round = (value: number, digits: number) => (Number(value.toFixed(digits)) + 0).toFixed(digits);
