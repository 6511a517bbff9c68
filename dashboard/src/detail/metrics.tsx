import type { MetricDetail, RolloutDetail, Series } from '../../../src/dashboard-api/schemas.ts';
import { fetchSeries } from '../api/api.ts';
import { VerdictBadge } from '../parts/badges.tsx';
import { countWords, shareWords, valueWords } from '../words/numbers.ts';
import { MetricChart } from './metric-chart.tsx';
import { Panel } from './panel.tsx';
import { useFetched } from './use-fetched.ts';

/** Each metric of a rollout: what it says and why, on which numbers. */
export function Metrics({ model, rollout, theme }: { model: string; rollout: RolloutDetail; theme: string }) {
  const { answer, problem } = useFetched(
    `${model} ${rollout.name}`,
    (signal) => fetchSeries(model, rollout.name, signal),
    rollout.outcome === undefined ? ({ refreshMs }) => refreshMs : undefined,
  );
  if (rollout.metrics.length === 0) return null;
  return (
    <Panel title="Metrics" className="metrics">
      {problem && <p class="hint">The charts cannot be had: {problem.detail}</p>}
      <div class="cards">
        {rollout.metrics.map((metric) => (
          <MetricCard
            key={`${metric.metric} ${theme}`}
            metric={metric}
            steps={rollout.timeline.filter(({ part }) => part === 'step').length}
            series={answer?.series.find((one) => one.metric === metric.metric)}
          />
        ))}
      </div>
    </Panel>
  );
}

function MetricCard({
  metric,
  steps,
  series,
}: {
  metric: MetricDetail;
  steps: number;
  series: Series | undefined;
}) {
  const { candidate, stable, harm, health, query } = metric;
  return (
    <article class="metric">
      <h3>
        {metric.metric} {metric.verdict && <VerdictBadge verdict={metric.verdict} />}
        {metric.dryRun && <span class="note">dry run: decides nothing</span>}
      </h3>
      <p class="asked">{metric.asked}</p>
      {metric.words && <p class="words">{metric.words}</p>}
      {series && series.points.atMs.length > 0 && <MetricChart series={series} metric={metric} />}
      {series?.lacks && <p class="hint">No chart: {series.lacks}</p>}
      {metric.thresholds.map(({ says }) => (
        <p key={says} class="threshold">
          <span class="dotted" aria-hidden="true" /> {says}
        </p>
      ))}
      {(candidate || stable) && (
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">{countedWords(metric, steps)}</th>
              <th scope="col">requests</th>
              <th scope="col">bad</th>
              <th scope="col">share</th>
            </tr>
          </thead>
          <tbody>
            {candidate && <ArmRow name="candidate" arm={candidate} />}
            {stable && <ArmRow name="stable" arm={stable} />}
          </tbody>
        </table>
      )}
      {health && <ProofBar name="healthy" proof={health} then="passes" tone="good" />}
      {harm && <ProofBar name="harmful" proof={harm} then="taken back" tone="bad" />}
      {query && (
        <p class="hint">
          {countWords(query.measurements)} measurements, {countWords(query.failures)} failed
          {query.failureLimit !== undefined && ` of at most ${query.failureLimit}`}
          {query.lastValue !== undefined && `; last ${valueWords(query.lastValue)}`}
        </p>
      )}
    </article>
  );
}

/** The record of the numbers may be a step behind what is said of the gate. */
const countedWords = ({ step }: MetricDetail, steps: number): string =>
  step === undefined ? 'on this step' : step < steps ? `on step ${step + 1}` : 'after the steps';

const ArmRow = ({ name, arm }: { name: string; arm: NonNullable<MetricDetail['candidate']> }) => (
  <tr>
    <th scope="row" class={`is-${name}`}>
      {name}
    </th>
    <td class="number">{countWords(arm.requests)}</td>
    <td class="number">{countWords(arm.bad)}</td>
    <td class="number">{arm.share === undefined ? '–' : shareWords(arm.share)}</td>
  </tr>
);

type Proof = NonNullable<MetricDetail['harm']>;

/** Odds so far, against the bound at which it is decided. */
const ProofBar = ({
  name,
  proof,
  then,
  tone,
}: {
  name: string;
  proof: Proof;
  then: string;
  tone: string;
}) => (
  <div class="proof">
    <span class="what">{name}</span>
    <meter
      class={`tone-${tone}`}
      min={0}
      max={1}
      value={proof.progress}
      aria-label={`odds that it is ${name}`}
    >
      {proof.words}
    </meter>
    <span class="number">{proof.words}</span>
    <span class="note">
      {then} at {proof.neededWords}
    </span>
  </div>
);
