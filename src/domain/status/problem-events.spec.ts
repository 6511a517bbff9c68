import { describe, expect, it } from '@jest/globals';
import type { Condition, ConditionType } from '../../api/conditions.ts';
import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import { problemEvents } from './problem-events.ts';

const says = (type: ConditionType, status: Condition['status'], reason: string): ModelDeploymentStatus => ({
  conditions: [{ type, status, reason, message: 'in words', lastTransitionTime: '2026-01-01T00:00:00Z' }],
});
const conflict = says('Stalled', 'True', 'ServiceConflict');

describe('events about problems', () => {
  it('tell what is wrong, with the words of the condition', () => {
    expect(problemEvents(says('Stalled', 'False', 'Settled'), conflict)).toEqual([
      { type: 'Warning', reason: 'ServiceConflict', action: 'Stall', message: 'in words' },
    ]);
    expect(problemEvents(undefined, conflict)).toHaveLength(1);
  });

  it('are not repeated while the stored status says the same: neither by a pass nor by a restart', () => {
    expect(problemEvents(conflict, conflict)).toEqual([]);
  });

  it('come again when it is something else', () => {
    const [event] = problemEvents(conflict, says('Stalled', 'True', 'InvalidSpec'));
    expect(event?.reason).toBe('InvalidSpec');
  });

  it('leave out what the pass tells of anyway', () => {
    const failed = says('Stalled', 'True', 'AnalysisFailed');
    const told = {
      type: 'Warning',
      reason: 'AnalysisFailed',
      action: 'RolledBack',
      message: 'worse',
    } as const;
    expect(problemEvents(undefined, failed, [told])).toEqual([]);
    expect(problemEvents(undefined, failed)).toHaveLength(1);
  });

  it.each<[ConditionType, Condition['status'], string, number]>([
    ['Available', 'False', 'Unavailable', 1],
    ['Available', 'False', 'NothingServed', 0],
    ['Available', 'False', 'ScaledToZero', 0],
    ['AnalysisAvailable', 'False', 'SourceUnavailable', 1],
    ['AnalysisAvailable', 'False', 'NoRequests', 0],
    ['AnalysisAvailable', 'False', 'NotConfigured', 0],
    ['TrafficApplied', 'False', 'TrafficPending', 0],
    ['Stalled', 'False', 'Settled', 0],
  ])('%s %s %s: %i', (type, status, reason, count) => {
    expect(problemEvents(undefined, says(type, status, reason))).toHaveLength(count);
  });
});
