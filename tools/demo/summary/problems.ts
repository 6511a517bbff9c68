import type { MetricReport } from '../../../src/api/model-rollout-status.ts';
import type { Verdict } from '../../../src/api/phase.ts';
import type { ForeignFailure, LedgerEntry } from '../scenario/request-ledger.ts';
import type { RolloutFacts } from '../scenario/scenario.ts';
import type { Act } from '../scenario/story.ts';
import type { DemoFacts, RolloutSummary } from './summary.ts';

/** What was not as the story must go, in words; nothing when all was well. Pure. */
export function findProblems(facts: DemoFacts, rollouts: readonly RolloutSummary[]): string[] {
  return [
    ...(facts.error === undefined ? [] : [facts.error]),
    ...actProblems(facts, rollouts),
    ...foreignProblems(facts),
    ...clientProblems(facts),
  ];
}

function actProblems({ story, rollouts: played, error }: DemoFacts, rollouts: readonly RolloutSummary[]) {
  const problems: string[] = [];
  for (const act of story.acts) {
    const found = rollouts.find(({ version }) => version === act.version);
    const facts = played.find(({ version }) => version === act.version);
    if (found && facts) problems.push(...problemsOfAct(act, found, facts));
    // Not reached: what stopped the demo before is the news.
    else if (error === undefined && problems.length === 0)
      problems.push(`version ${act.version}: it was never applied`);
  }
  return problems;
}

function problemsOfAct({ version, expected }: Act, found: RolloutSummary, facts: RolloutFacts): string[] {
  const { outcome, shares, clientsGet, report } = expected;
  if (outcome === undefined) return [];
  const say = (problem: string) => [`version ${version}: ${problem}`];
  if (found.outcome !== outcome) {
    const why = found.message ? ` (${found.reason ?? 'no reason'}: ${found.message})` : '';
    return say(`found outcome ${found.outcome ?? 'none'}${why}; expected is ${outcome}`);
  }
  const takenBack = outcome === 'RolledBack' && clientsGet === 'errors';
  return [
    ...(takenBack && found.firstFailureToWeightZeroMs === null
      ? say('its route was not seen at weight 0 after its first failed answer')
      : []),
    ...(clientsGet === 'answers' && !found.requests.some((seen) => seen.version === version)
      ? say('no client got an answer of it')
      : []),
    ...(shares && shares.join() !== found.weights.join()
      ? say(`its shares of the traffic were ${inPercent(found.weights)}; expected are ${inPercent(shares)}`)
      : []),
    ...(report ? reportProblems(found.report, report).flatMap(say) : []),
    ...previewProblems(facts).flatMap(say),
  ];
}

const inPercent = (shares: readonly number[]) => shares.map((share) => `${share} %`).join(', ') || 'none';

/** The report has to name both revisions' numbers, and to say what is expected of the candidate. */
function reportProblems(report: readonly MetricReport[], expected: Verdict): string[] {
  if (report.length === 0) return ['its ModelRollout has no report on the copies'];
  // A metric that says nothing yet may not have counted: a bad candidate ends a shadow within moments.
  const uncounted = report.find(
    ({ verdict, candidate, stable }) => isSaid(verdict) && (!candidate?.requests || !stable?.requests),
  );
  if (uncounted) return [`its report counted nothing of one revision for ${uncounted.metric}`];
  const verdicts = report.map(({ verdict }) => verdict);
  const found = worstFirst.find((verdict) => verdicts.includes(verdict));
  return found === expected ? [] : [`its report says ${found}; expected is ${expected}`];
}

const isSaid = (verdict: Verdict): boolean => verdict === 'Pass' || verdict === 'Fail';
const worstFirst: readonly Verdict[] = ['Fail', 'NoData', 'Inconclusive', 'Pass'];

/** Testers reach the candidate, all of it works for them, and users come later. */
function previewProblems({ preview, version, weights }: RolloutFacts): string[] {
  if (!preview) return [];
  const [first] = weights;
  const { versions, failures, requests, endedAtMs } = preview;
  const others = versions.filter((answered) => answered !== version);
  return [
    ...(failures > 0 ? [`${failures} of ${requests} requests to its preview failed; expected is none`] : []),
    ...(others.length > 0 ? [`its preview was answered by version ${others.join(', ')} too`] : []),
    ...(first && first.atMs < endedAtMs ? ['users got it before the tests at its preview were over'] : []),
  ];
}

/** Failures that no model caused: of the gateway, of the network, of whatever moved. */
function foreignProblems(facts: DemoFacts): string[] {
  const entries = entriesOf(facts);
  const foreign = entries.flatMap(({ foreignFailures }) => foreignFailures);
  const count = entries
    .flatMap(({ versions }) => Object.values(versions))
    .reduce((sum, { failures, modelFailures }) => sum + failures - modelFailures, 0);
  if (count === 0) return [];
  const first = foreign.slice(0, 3).map(inWords).join('; ');
  return [`${count} requests failed though no model caused it; expected is none. The first: ${first}`];
}

/** What clients got of each version: its good answers, its errors, or nothing of it. */
function clientProblems(facts: DemoFacts): string[] {
  const seen = new Map<string, { requests: number; modelFailures: number }>();
  for (const { versions } of entriesOf(facts)) {
    for (const [version, { requests, modelFailures }] of Object.entries(versions)) {
      const before = seen.get(version) ?? { requests: 0, modelFailures: 0 };
      seen.set(version, {
        requests: before.requests + requests,
        modelFailures: before.modelFailures + modelFailures,
      });
    }
  }
  return facts.story.acts.flatMap(({ version, expected: { clientsGet } }) => {
    const { requests = 0, modelFailures = 0 } = seen.get(version) ?? {};
    if (clientsGet === 'nothing' && requests > 0)
      return [`version ${version}: clients got ${requests} of its answers; expected is none`];
    if (clientsGet === 'answers' && modelFailures > 0)
      return [`version ${version}: ${modelFailures} of its answers were errors; expected is none`];
    return [];
  });
}

const entriesOf = ({ rollouts, entryOf }: DemoFacts): LedgerEntry[] =>
  rollouts.map(({ version }) => entryOf(version));

function inWords({ atMs, outcome, version, pod, detail }: ForeignFailure): string {
  const from = version === null ? '' : ` from version ${version}${pod ? ` (${pod})` : ''}`;
  return `${new Date(atMs).toISOString()} ${outcome}${from}${detail ? ` ${JSON.stringify(detail)}` : ''}`;
}
