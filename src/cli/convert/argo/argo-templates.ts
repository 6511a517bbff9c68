import type { FoundObject } from '../../lint/documents.ts';
import {
  closeSource,
  type ConversionInput,
  type MadeObject,
  type ObjectReport,
  openSource,
  type OpenSource,
} from '../conversion.ts';
import { mayBeIn } from '../selecting-services.ts';
import {
  type ArgoMetric,
  type ArgoTemplate,
  metricTemplateSpec,
  readArgoTemplate,
} from './analysis-template.ts';
import { apiVersion } from '../../../api/group.ts';
import { noteJob } from './job-check.ts';

export const templateKinds = ['AnalysisTemplate', 'ClusterAnalysisTemplate'] as const;

interface ReadTemplate {
  found: FoundObject;
  source: OpenSource;
  template: ArgoTemplate;
  isAsked: boolean;
}

/** All AnalysisTemplates of the files. Those that Rollouts ask become templates as far as they are asked as such, the others as a whole. */
export class ArgoTemplates {
  readonly #read: ReadTemplate[];
  readonly #referenced = new Set<ArgoMetric>();

  constructor({ objects }: ConversionInput) {
    const kinds: readonly string[] = templateKinds;
    this.#read = objects
      .filter(({ kind }) => kinds.includes(kind))
      .map((found) => {
        const source = openSource(found);
        return { found, source, template: readArgoTemplate(source.root), isAsked: false };
      });
  }

  find(name: string, isCluster: boolean, namespace: string | undefined): ArgoTemplate | undefined {
    const kind = templateKinds[isCluster ? 1 : 0];
    const one = this.#read.find(
      ({ found: { kind: itsKind, object } }) =>
        itsKind === kind && object.metadata.name === name && (isCluster || mayBeIn(namespace, object)),
    );
    if (one) one.isAsked = true;
    return one?.template;
  }

  /** A metric of a ModelDeployment names the template of this one. */
  refer(metric: ArgoMetric): void {
    this.#referenced.add(metric);
  }

  /** To be asked when all Rollouts are converted. */
  reports(): ObjectReport[] {
    return this.#read.map(({ found, source, template, isAsked }) => {
      template.checks.forEach(noteJob);
      const metrics = template.metrics.filter((metric) => !isAsked || this.#referenced.has(metric));
      if (metrics.length < template.metrics.length) {
        source.root
          .at('metadata', 'name')
          .changed(
            'what a query names is known only when a rollout begins: it stands in the ModelDeployment itself',
          );
      }
      return closeSource(
        found,
        source,
        metrics.map((metric) => made(found, metric, template)),
      );
    });
  }
}

function made({ kind, object }: FoundObject, metric: ArgoMetric, template: ArgoTemplate): MadeObject {
  const isCluster = kind === templateKinds[1];
  const { namespace } = object.metadata;
  return {
    apiVersion,
    kind: isCluster ? 'ClusterMetricTemplate' : 'MetricTemplate',
    metadata: { name: metric.template, ...(!isCluster && namespace !== undefined && { namespace }) },
    spec: metricTemplateSpec(metric, template.args),
  };
}
