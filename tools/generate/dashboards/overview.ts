import type { DashboardDescription } from './dashboard.ts';
import { phaseNumber, shownPhases } from './phases.ts';

const mine = 'namespace=~"$namespace"';
const objects = 'max by (namespace, name)';
const candidate = `${mine}, arm="candidate"`;

/** All ModelDeployments. */
export const overview: DashboardDescription = {
  uid: 'understudy-overview',
  title: 'Understudy / Overview',
  description: 'All ModelDeployments: what they do, what is wrong, and how rollouts end.',
  variables: [
    { name: 'namespace', label: 'Namespace', of: 'understudy_model_deployment_phase', multi: true },
  ],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'stat',
          title: 'ModelDeployments by phase',
          description: 'How many are in each phase.',
          width: 24,
          height: 4,
          queries: [
            {
              expr: `sum by (phase) (max by (namespace, name, phase) (understudy_model_deployment_phase{${mine}}))`,
              legend: '{{phase}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Running rollouts',
          description:
            "Where each running rollout stands: its step, and the candidate's share as decided, as read back and as counted.",
          width: 12,
          height: 9,
          columns: {
            namespace: 'Namespace',
            name: 'Name',
            'Value #A': 'Step',
            'Value #B': 'Share decided',
            'Value #C': 'Share applied',
            'Value #D': 'Share observed',
          },
          queries: [
            { expr: `${objects} (understudy_model_deployment_step{${mine}})`, legend: 'step' },
            {
              expr: `${objects} (understudy_model_deployment_desired_weight_ratio{${candidate}})`,
              legend: 'decided',
            },
            {
              expr: `${objects} (understudy_model_deployment_applied_weight_ratio{${candidate}})`,
              legend: 'applied',
            },
            {
              expr: `${objects} (understudy_model_deployment_observed_weight_ratio{${candidate}})`,
              legend: 'observed',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Problems',
          description:
            'Conditions that say that something is wrong. The runbook and the page of reasons tell what helps.',
          width: 12,
          height: 9,
          columns: { namespace: 'Namespace', name: 'Name', condition: 'Condition', reason: 'Reason' },
          queries: [
            {
              expr: `max by (namespace, name, condition, reason) (understudy_model_deployment_problem{${mine}})`,
              legend: 'problem',
            },
          ],
        },
        {
          kind: 'state-timeline',
          title: 'Phases of those that are not settled',
          description: 'What each ModelDeployment did; without those that were healthy all the time.',
          width: 24,
          height: 10,
          shown: shownPhases,
          queries: [
            {
              expr: `${phaseNumber(mine)} and on (namespace, name) (min_over_time(understudy_model_deployment_phase{${mine}, phase="Healthy"}[$__range]) == 0)`,
              legend: '{{namespace}}/{{name}}',
            },
          ],
        },
      ],
    },
    {
      title: 'All rollouts together',
      panels: [
        {
          kind: 'timeseries',
          title: 'Ended rollouts per hour',
          description: 'By outcome and reason.',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (outcome, reason) (rate(understudy_rollouts_ended_total[$__rate_interval])) * 3600',
              legend: '{{outcome}} ({{reason}})',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Duration of rollouts',
          description: 'How long nine of ten, and half of them, took from beginning to outcome, over a day.',
          width: 8,
          unit: 's',
          min: 0,
          queries: [0.9, 0.5].map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le, outcome) (rate(understudy_rollout_duration_seconds_bucket[1d])))`,
            legend: `${quantile * 100} % {{outcome}}`,
          })),
        },
        {
          kind: 'timeseries',
          title: 'Bad requests by candidates, per hour',
          description:
            "Bad requests of ended rollouts' candidates beyond those of the stable revision in their place.",
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (outcome) (rate(understudy_rollouts_excess_bad_requests_total[$__rate_interval])) * 3600',
              legend: '{{outcome}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'From verdict to traffic',
          description: 'How long it took from the verdict to the write of traffic, in 99 of 100 cases.',
          width: 8,
          unit: 's',
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (le, direction) (rate(understudy_traffic_write_delay_seconds_bucket[$__rate_interval])))',
              legend: '{{direction}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Standing still',
          description: 'ModelDeployments whose forward progress is stopped, by reason.',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `count by (reason) (max by (namespace, name, reason) (understudy_model_deployment_paused{${mine}}))`,
              legend: '{{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Problems',
          description: 'ModelDeployments with a condition that says that something is wrong.',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `count by (condition, reason) (max by (namespace, name, condition, reason) (understudy_model_deployment_problem{${mine}}))`,
              legend: '{{condition}}: {{reason}}',
            },
          ],
        },
      ],
    },
  ],
};
