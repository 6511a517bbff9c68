import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { resolveMetrics, type Templates } from '../../domain/analysis/resolve-metrics.ts';
import type { Finding } from './finding.ts';

/** The codes of warnings about metrics that depend on what else is in the files, with why and what to do. */
export const templateWarning = {
  code: 'TemplateElsewhere',
  why: 'The cluster must have the template when a rollout begins: without it none does. Its query is not judged here.',
  advice: 'Give its file too (-f), if it is here; "understudy plan" looks into the cluster.',
} as const;

export const duplicateWarning = {
  code: 'DuplicateName',
  why: 'Two objects of one file are the same one to the API server: the second takes the place of the first.',
  advice: 'Give one of them another name, or delete it.',
} as const;

/**
 * What no rollout would begin with, and the spec with the queries of its templates. A template that is not among the files may well be in
 * the cluster, so that this is a warning only.
 */
export function metricFindings(
  spec: ModelDeploymentSpec,
  templates: Templates,
): { resolved: ModelDeploymentSpec; findings: Finding[] } {
  const { spec: resolved, problems } = resolveMetrics(spec, templates);
  const findings = problems.map(({ reason, message }): Finding => {
    const [, path = '', words = ''] = /^(\S+?):\s+(.*)$/s.exec(message) ?? [undefined, '', message];
    const [, found = words, accepted = ''] =
      /^found (.*?)(?:, which does not exist)?; (accepted: .*)$/s.exec(words) ?? [];
    if (reason === 'TemplateNotFound') {
      const { code, why, advice } = templateWarning;
      return { severity: 'warning', code, path, found: `${found}, which is in no file`, why, advice };
    }
    return { severity: 'refused', code: reason, path, found, why: accepted };
  });
  return { resolved, findings };
}
