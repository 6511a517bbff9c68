import { withDefaults } from '../../api/defaults.ts';
import { definitions } from '../../api/crd/definitions.ts';
import { group } from '../../api/group.ts';
import {
  InvalidObjectError,
  parseMetricTemplate,
  parseModelDeployment,
  parseModelRollout,
  parseRolloutAction,
} from '../../api/validation/parse-object.ts';
import type { Templates } from '../../domain/analysis/resolve-metrics.ts';
import type { AssumedTraffic } from '../../domain/strategy/gate-forecast.ts';
import { templatesAmong } from '../templates-among.ts';
import type { FoundObject } from './documents.ts';
import type { Finding, RefusalCode } from './finding.ts';
import { duplicateWarning, metricFindings } from './metric-findings.ts';
import { containersOf } from './warnings/containers.ts';
import { actionWarnings, modelWarnings } from './warnings/all-warnings.ts';
import type { ModelSubject, Warning } from './warnings/warning.ts';

export interface LintSettings {
  /** How often requests are scraped, where `analysis.interval` does not say it. */
  scrapeIntervalMs: number;
  traffic: AssumedTraffic | undefined;
  /** Codes of warnings that nobody wants to hear. */
  ignored: ReadonlySet<string>;
}

/** An object of ours with what is to be said about it. */
export interface LintedObject extends FoundObject {
  findings: Finding[];
  /** Of a ModelDeployment that is valid. */
  subject?: ModelSubject;
}

/** Judges every object of ours; others are none of our business. Pure. */
export function lintObjects(objects: readonly FoundObject[], settings: LintSettings): LintedObject[] {
  const templates = templatesAmong(objects.map(({ object }) => object));
  const seen = new Set<string>();
  return objects.filter(isOurs).map((found) => {
    const linted = lintObject(found, templates, settings);
    const { name, namespace = '' } = found.object.metadata;
    const key = `${found.file} ${found.kind} ${namespace}/${name}`;
    const isTwice = name !== undefined && seen.has(key);
    seen.add(key);
    const twice: Finding[] = isTwice
      ? [{ severity: 'warning', path: 'metadata.name', found: `"${name}" again`, ...duplicateWarning }]
      : [];
    return { ...linted, findings: [...linted.findings, ...heard(twice, settings)] };
  });
}

const kinds = new Set(definitions.map(({ kind }) => kind));
const groupOf = (apiVersion: string): string => apiVersion.split('/')[0] ?? '';

/** Also what only looks like ours: a slip in the group would be left alone otherwise. */
const isOurs = ({ apiVersion, kind }: FoundObject): boolean =>
  groupOf(apiVersion) === group || kinds.has(kind);

function lintObject(found: FoundObject, templates: Templates, settings: LintSettings): LintedObject {
  try {
    switch (found.kind) {
      case 'ModelDeployment':
        return lintModel(found, templates, settings);
      case 'RolloutAction': {
        const action = parseRolloutAction(named(found.object));
        return { ...found, findings: warned(actionWarnings, action, settings) };
      }
      case 'ModelRollout':
        parseModelRollout(found.object);
        return { ...found, findings: [] };
      case 'MetricTemplate':
      case 'ClusterMetricTemplate':
        parseMetricTemplate(found.object);
        return { ...found, findings: [] };
      default: {
        const accepted = `accepted: ${[...kinds].join(', ')}`;
        return { ...found, findings: [refusal('UnknownKind', 'kind', `"${found.kind}"`, accepted)] };
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    return {
      ...found,
      findings: error.problems.map(({ path, found: words, accepted }) =>
        refusal('InvalidObject', path, words, accepted),
      ),
    };
  }
}

function lintModel(found: FoundObject, templates: Templates, settings: LintSettings): LintedObject {
  const deployment = parseModelDeployment(found.object);
  const { resolved, findings } = metricFindings(deployment.spec, templates);
  const spec = withDefaults(resolved);
  const subject: ModelSubject = {
    deployment,
    resolved,
    spec,
    intervalMs: spec.analysis.intervalMs ?? settings.scrapeIntervalMs,
    traffic: settings.traffic,
  };
  const withoutImage = containersOf(deployment).flatMap(({ path, name, image }) =>
    image ? [] : [refusal('NoImage', `${path}.image`, `nothing in container "${name}"`, 'name one')],
  );
  const warnings = [...findings, ...warned(modelWarnings, subject, settings)];
  return { ...found, subject, findings: [...withoutImage, ...heard(warnings, settings)] };
}

const warned = <Subject>(
  warnings: readonly Warning<Subject>[],
  subject: Subject,
  settings: LintSettings,
): Finding[] =>
  heard(
    warnings.flatMap(({ code, why, advice, check }) =>
      check(subject).map((place): Finding => ({ severity: 'warning', code, ...place, why, advice })),
    ),
    settings,
  );

/** What is refused stays refused, whatever somebody wants to hear. */
const heard = (findings: readonly Finding[], { ignored }: LintSettings): Finding[] =>
  findings.filter(({ severity, code }) => severity === 'refused' || !ignored.has(code));

export const refusal = (code: RefusalCode, path: string, found: string, why = ''): Finding => ({
  severity: 'refused',
  code,
  path,
  found,
  why,
});

/** An object that is made with `kubectl create` may leave its name to the API server. */
function named(object: FoundObject['object']): FoundObject['object'] {
  const { generateName } = object.metadata as { generateName?: unknown };
  if (typeof generateName !== 'string' || object.metadata.name !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, name: `${generateName}xxxxx` } };
}
