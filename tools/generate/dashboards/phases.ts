import { type Phase, phases } from '../../../src/api/phase.ts';
import type { ShownValue } from './panel.ts';

const colors: Record<Phase, string> = {
  Pending: 'text',
  Progressing: 'blue',
  Paused: 'yellow',
  Baking: 'purple',
  Healthy: 'green',
  RolledBack: 'orange',
  Failed: 'red',
};

/** Phases as numbers, for panels that show one value at a time. */
export const shownPhases: ShownValue[] = (Object.keys(phases) as Phase[]).map((phase, index) => ({
  value: index + 1,
  text: phase,
  color: colors[phase],
}));

/** The number of the phase of each ModelDeployment that the matchers select. */
export function phaseNumber(matchers: string): string {
  const each = shownPhases.map(
    ({ value, text }) => `${value} * understudy_model_deployment_phase{${matchers}, phase="${text}"}`,
  );
  return `max by (namespace, name) (${each.join(' or ')})`;
}

/** Verdicts as numbers. */
export const shownVerdicts: ShownValue[] = [
  { value: 1, text: 'Pass', color: 'green' },
  { value: 2, text: 'Inconclusive', color: 'blue' },
  { value: 3, text: 'NoData', color: 'yellow' },
  { value: 4, text: 'Fail', color: 'red' },
];

/** The number of the verdict of each metric. */
export function verdictNumber(matchers: string): string {
  const each = shownVerdicts.map(
    ({ value, text }) => `${value} * understudy_model_deployment_verdict{${matchers}, verdict="${text}"}`,
  );
  return `max by (metric) (${each.join(' or ')})`;
}
