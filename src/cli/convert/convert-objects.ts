import {
  InvalidObjectError,
  parseMetricTemplate,
  parseModelDeployment,
} from '../../api/validation/parse-object.ts';
import type { FoundObject } from '../lint/documents.ts';
import { ArgoTemplates, templateKinds } from './argo/argo-templates.ts';
import { convertRollout } from './argo/rollout.ts';
import { AlertProviders } from './flagger/alert-providers.ts';
import { convertCanary } from './flagger/canary.ts';
import { FlaggerTemplates } from './flagger/flagger-templates.ts';
import {
  closeSource,
  type ConversionInput,
  type MadeObject,
  type ObjectReport,
  openSource,
} from './conversion.ts';

const groups = { argo: 'argoproj.io', flagger: 'flagger.app' } as const;

/** Objects of Argo CD and Argo Workflows have the same group: they are none of our business. */
const argoRollouts = new Set(['Rollout', ...templateKinds, 'AnalysisRun', 'Experiment']);

const groupOf = ({ apiVersion }: FoundObject): string => apiVersion.split('/')[0] ?? '';

/** Whether it is an object of a tool whose objects are converted. */
export const isConvertible = (found: FoundObject): boolean =>
  groupOf(found) === groups.flagger || (groupOf(found) === groups.argo && argoRollouts.has(found.kind));

/** Every object of other tools with what became of it; what no file gives is said. Pure. */
export function convertObjects(input: ConversionInput): ObjectReport[] {
  const argoTemplates = new ArgoTemplates(input);
  const templates = new FlaggerTemplates(input);
  const providers = new AlertProviders(input);
  const reports = input.objects.filter(isConvertible).flatMap((found): ObjectReport[] => {
    switch (found.kind) {
      case 'Rollout':
        return [convertRollout(found, input, argoTemplates)];
      case 'Canary':
        return [convertCanary(found, input, { templates, providers })];
      case 'AnalysisTemplate':
      case 'ClusterAnalysisTemplate':
      case 'MetricTemplate':
      case 'AlertProvider':
        return [];
      default:
        return [withoutEquivalent(found)];
    }
  });
  // Who is named by whom is known now.
  return [...reports, ...argoTemplates.reports(), ...templates.reports(), ...providers.reports()].map(
    checked,
  );
}

function withoutEquivalent(found: FoundObject): ObjectReport {
  const source = openSource(found);
  source.root.dropped(
    'an object that a controller makes while it works: it has no equivalent, and needs none',
  );
  return closeSource(found, source, []);
}

/** What comes out is judged as the API server judges it: nobody is to find out only there. */
function checked(report: ObjectReport): ObjectReport {
  const problems = report.made.flatMap(problemsOf);
  const notes = problems.map((words) => ({ kind: 'missing' as const, path: '', words }));
  return { ...report, notes: [...report.notes, ...notes] };
}

function problemsOf(made: MadeObject): string[] {
  try {
    if (made.kind === 'ModelDeployment') parseModelDeployment(made);
    else parseMetricTemplate({ ...made });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    return error.problems.map(
      ({ path, found, accepted }) =>
        `the result is not accepted as it is: ${path}: found ${found}; ${accepted}`,
    );
  }
}
