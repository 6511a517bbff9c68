import { describe, expect, it } from '@jest/globals';
import { expressionProblems } from './check-expression.ts';

describe('an expression over the metrics of the controller', () => {
  it.each([
    'sum by (job, controller) (rate(understudy_reconcile_errors_total[5m])) > 0',
    'histogram_quantile(0.99, sum by (le, verb) (rate(understudy_api_request_duration_seconds_bucket{kind!="Lease"}[5m])))',
    'understudy_model_deployment_phase{namespace="$namespace", phase=~"Paused|Failed"} == 1',
  ])('is right: %s', (expression) => expect(expressionProblems(expression)).toEqual([]));

  it.each([
    ['understudy_gone_total', 'understudy_gone_total: no such metric'],
    ['understudy_rollout_duration_seconds', 'understudy_rollout_duration_seconds: no such metric'],
    ['understudy_leader_count', 'understudy_leader_count: no such metric'],
    ['understudy_leader{kind="Pod"}', 'understudy_leader: has no label kind'],
    [
      'understudy_model_deployment_phase{phase="Fine"}',
      'understudy_model_deployment_phase: phase is never Fine',
    ],
    [
      'understudy_model_deployment_paused{reason=~"PauseStep|Tired"}',
      'understudy_model_deployment_paused: reason is never Tired',
    ],
    ['sum by (verb) (understudy_leader)', 'no metric here has the label verb'],
    ['vector(1)', 'vector(1): names no metric'],
  ])('is wrong: %s', (expression, problem) => expect(expressionProblems(expression)).toEqual([problem]));

  it('is no PromQL', () => expect(() => expressionProblems('sum by (')).toThrow('unexpected'));
});
