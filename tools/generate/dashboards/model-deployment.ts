import type { DashboardDescription } from './dashboard.ts';
import { phaseNumber, shownPhases, shownVerdicts, verdictNumber } from './phases.ts';

const mine = 'namespace="$namespace", name="$name"';
const one = (metric: string) => `max(understudy_model_deployment_${metric}{${mine}})`;
const ofMetrics = (metric: string) => `max by (metric) (understudy_model_deployment_${metric}{${mine}})`;
const ofArms = (metric: string) => `max by (metric, arm) (understudy_model_deployment_${metric}{${mine}})`;
const share = (reading: string) => ({
  expr: `max(understudy_model_deployment_${reading}_weight_ratio{${mine}, arm="candidate"})`,
  legend: reading,
});

/** One ModelDeployment. */
export const modelDeployment: DashboardDescription = {
  uid: 'understudy-model-deployment',
  title: 'Understudy / ModelDeployment',
  description: 'One ModelDeployment: where its rollout stands, and on which numbers it is judged.',
  variables: [
    { name: 'namespace', label: 'Namespace', of: 'understudy_model_deployment_phase' },
    { name: 'name', label: 'Name', of: 'understudy_model_deployment_phase{namespace="$namespace"}' },
  ],
  rows: [
    {
      title: 'Where it stands',
      panels: [
        {
          kind: 'stat',
          title: 'Phase',
          description: 'What it does now.',
          width: 4,
          height: 5,
          shown: shownPhases,
          queries: [{ expr: phaseNumber(mine), legend: 'phase' }],
        },
        {
          kind: 'stat',
          title: 'Step',
          description: 'The step of the plan, from 0; nothing while no rollout runs.',
          width: 4,
          height: 5,
          queries: [{ expr: one('step'), legend: 'step' }],
        },
        {
          kind: 'stat',
          title: 'On this step for',
          description: 'How long the rollout has been on this step.',
          width: 4,
          height: 5,
          unit: 's',
          queries: [{ expr: `time() - ${one('step_started_timestamp_seconds')}`, legend: 'since' }],
        },
        {
          kind: 'table',
          title: 'Problems, and why it stands still',
          description: 'Conditions that say that something is wrong, and what stops forward progress.',
          width: 12,
          height: 5,
          columns: { condition: 'Condition', reason: 'Reason' },
          queries: [
            {
              expr: `max by (condition, reason) (understudy_model_deployment_problem{${mine}})`,
              legend: 'problem',
            },
            { expr: `max by (reason) (understudy_model_deployment_paused{${mine}})`, legend: 'paused' },
          ],
        },
        {
          kind: 'state-timeline',
          title: 'Phases',
          description: 'What it did.',
          width: 24,
          height: 4,
          shown: shownPhases,
          queries: [{ expr: phaseNumber(mine), legend: 'phase' }],
        },
        {
          kind: 'timeseries',
          title: "The candidate's share of traffic",
          description:
            'As decided, as the live objects say, and as the gateway counts. The last may differ by chance only.',
          width: 16,
          unit: 'percentunit',
          min: 0,
          max: 1,
          queries: ['desired', 'applied', 'observed'].map(share),
        },
        {
          kind: 'state-timeline',
          title: 'Split',
          description:
            'Whether the share that is counted fits the split that was written. A step is not left while it does not.',
          width: 8,
          shown: [
            { value: 0, text: 'fits', color: 'green' },
            { value: 1, text: 'rejected', color: 'red' },
          ],
          queries: [{ expr: one('share_rejected'), legend: 'share' }],
        },
      ],
    },
    {
      title: 'What the gate hears',
      panels: [
        {
          kind: 'state-timeline',
          title: 'Verdicts',
          description: 'What each metric says.',
          width: 24,
          height: 6,
          shown: shownVerdicts,
          queries: [{ expr: verdictNumber(mine), legend: '{{metric}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Evidence of harm',
          description:
            'Log odds. The candidate is taken back when all metrics together reach what is needed.',
          width: 12,
          limit: 'needed',
          queries: [
            { expr: ofMetrics('harm_log_odds'), legend: '{{metric}}' },
            { expr: one('all_harm_log_odds'), legend: 'all together' },
            { expr: one('harm_needed_log_odds'), legend: 'needed' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Evidence of health, on this step',
          description: 'Log odds. A metric passes when it has reached what is needed.',
          width: 12,
          limit: 'needed',
          queries: [
            { expr: ofMetrics('health_log_odds'), legend: '{{metric}}' },
            { expr: one('health_needed_log_odds'), legend: 'needed' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'What each metric measured',
          description:
            'The share of bad requests on this step, or the result of a query, of either revision.',
          width: 12,
          queries: [{ expr: ofArms('metric_value'), legend: '{{metric}}, {{arm}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Bad requests of the candidate, beyond those of the stable',
          description: 'In the whole rollout: what the candidate has cost so far.',
          width: 12,
          queries: [{ expr: ofMetrics('rollout_excess_bad_requests'), legend: '{{metric}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Requests that were counted',
          description: 'In the whole rollout, of either revision.',
          width: 12,
          min: 0,
          queries: [{ expr: ofArms('rollout_requests'), legend: '{{metric}}, {{arm}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Bad requests that were counted',
          description: 'In the whole rollout, of either revision.',
          width: 12,
          min: 0,
          queries: [{ expr: ofArms('rollout_bad_requests'), legend: '{{metric}}, {{arm}}' }],
        },
      ],
    },
  ],
};
