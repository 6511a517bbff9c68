import type { Labels } from '../measurement.ts';
import type { Arm, ArmName, Arms } from '../preset.ts';
import type { ArmLabels, LabelPatterns } from './preset-data.ts';
import { escapeRegex, matching } from './promql.ts';

/** The name of a series, as a label. */
export const nameLabel = '__name__';

/** The patterns with what belongs to one revision put in. */
export function patternsOf(arms: ArmLabels, { namespace, name }: Arms, arm: Arm): LabelPatterns {
  const values: Record<string, string> = {
    namespace,
    name,
    service: arm.service,
    port: String(arm.port),
    revision: arm.revision,
  };
  return Object.fromEntries(
    Object.entries(arms).map(([label, pattern]) => [
      label,
      pattern.replaceAll(/\{([a-z]+)\}/g, (_, key: string) => escapeRegex(values[key] ?? '')),
    ]),
  );
}

/** A vector selector for the named series of these revisions: all of them, and where labels name them together, a few more. */
export function selectorFor(names: readonly string[], patterns: readonly LabelPatterns[]): string {
  const labels = Object.keys(patterns[0] ?? {});
  const matchers = labels.map((label) => matching(label, [...new Set(patterns.map((one) => one[label]!))]));
  return `{${[matching(nameLabel, names.map(escapeRegex)), ...matchers].join(',')}}`;
}

/** Which revision a series is about, by its labels. */
export function armFinder(armLabels: ArmLabels, arms: Arms): (labels: Labels) => ArmName | undefined {
  const isStable = matcher(patternsOf(armLabels, arms, arms.stable));
  const isCandidate = matcher(patternsOf(armLabels, arms, arms.candidate));
  return (labels) => (isCandidate(labels) ? 'candidate' : isStable(labels) ? 'stable' : undefined);
}

/** Whether all labels match their patterns as a whole. A label that is not there is empty, as in PromQL. */
export function matcher(patterns: LabelPatterns | undefined): (labels: Labels) => boolean {
  const tests = Object.entries(patterns ?? {}).map(([label, pattern]) => ({ label, regex: whole(pattern) }));
  return (labels) => tests.every(({ label, regex }) => regex.test(labels[label] ?? ''));
}

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 's');
