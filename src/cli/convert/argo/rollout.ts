import type { ModelDeploymentSpec } from '../../../api/model-deployment.ts';
import type { FoundObject } from '../../lint/documents.ts';
import { autoscalerOf, autoscalerWords } from '../autoscaler.ts';
import { type ConversionInput, findObject, type ObjectReport, openSource, partOf } from '../conversion.ts';
import { closeAsModelDeployment, type SourcePods } from '../made-model-deployment.ts';
import { modelName, UniqueNames } from '../names.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { ArgoTemplates } from './argo-templates.ts';
import { AnalysisUse } from './analysis-use.ts';
import { rolloutBlueGreen } from './rollout-blue-green.ts';
import { rolloutCanary } from './rollout-canary.ts';
import { rolloutNotifications } from './rollout-notifications.ts';
import { rolloutServices } from './rollout-services.ts';
import { rolloutTraffic } from './rollout-traffic.ts';

/** A Rollout as a ModelDeployment; none where there is no pod template for it. */
export function convertRollout(
  found: FoundObject,
  input: ConversionInput,
  templates: ArgoTemplates,
): ObjectReport {
  const source = openSource(found);
  const { root } = source;
  const spec = root.at('spec');
  const { namespace, name: given = '' } = found.object.metadata;
  const name = modelName(given);
  if (name !== given)
    root.at('metadata', 'name').changed(`the name became ${name}: Services are named after it`);
  const canary = spec.at('strategy', 'canary');
  const blueGreen = spec.at('strategy', 'blueGreen');
  const services = rolloutServices({ canary, blueGreen, name, namespace }, input);
  const { traffic, maxWeight } = rolloutTraffic(canary.at('trafficRouting'), input, namespace);
  const analysis = new AnalysisUse(
    found.object,
    {
      find: (template, isCluster) => templates.find(template, isCluster, namespace),
      refer: (metric) => templates.refer(metric),
    },
    services.renamed,
  );
  const converted = blueGreen.isPresent
    ? { key: 'blueGreen' as const, ...rolloutBlueGreen(blueGreen, analysis) }
    : {
        key: 'canary' as const,
        ...rolloutCanary(canary, { analysis, hasGateway: traffic !== undefined, maxWeight }),
      };
  const scale = replicasOf(spec, input, given);
  const general = generalFields(spec);
  const notifications = rolloutNotifications(root, { names: new UniqueNames(), model: name, namespace });
  const pods = podTemplateOf(spec, input, namespace);
  const { strategy, intervalMs, drainMs, key } = converted;
  return closeAsModelDeployment(found, source, input, {
    name,
    pods: pods && { ...pods, servicesOfWhom: `those of Rollout ${given}` },
    port: services.port,
    general: {
      ...scale,
      ...general,
      ...(drainMs !== undefined && { drain: durationText(drainMs) }),
      ...(analysis.gates.length > 0 && { gates: [...analysis.gates] }),
      ...(notifications.length > 0 && { notifications }),
    },
    traffic,
    strategy: { [key]: strategy },
    analysis: intervalMs === undefined ? undefined : { interval: durationText(Math.max(1_000, intervalMs)) },
  });
}

function replicasOf(
  spec: SourceNode,
  input: ConversionInput,
  name: string,
): Pick<ModelDeploymentSpec, 'replicas'> {
  const node = spec.at('replicas');
  const autoscaler = autoscalerOf(input, 'Rollout', name);
  const replicas = node.number() ?? autoscaler?.least;
  if (autoscaler) node.saidOf('action', autoscalerWords(autoscaler));
  return replicas === undefined ? {} : { replicas: Math.max(0, Math.round(replicas)) };
}

/** Fields of a Rollout that belong to no strategy. */
function generalFields(spec: SourceNode): Partial<ModelDeploymentSpec> {
  const count = (node: SourceNode) => {
    const value = node.number();
    return value === undefined ? undefined : Math.min(100, Math.max(0, Math.round(value)));
  };
  const isPaused = spec.at('paused').flag();
  const revisionHistoryLimit = count(spec.at('revisionHistoryLimit'));
  const rollbackWindow = count(spec.at('rollbackWindow', 'revisions'));
  const deadlineMs = spec.at('progressDeadlineSeconds').durationMs();
  if (spec.at('progressDeadlineAbort').flag() !== true) {
    spec
      .at('progressDeadlineSeconds')
      .changed('a candidate that makes no progress for so long is taken back; there it was only told of');
  }
  // The selector is made of labels of the controller; those of the template stay on the pods.
  spec.at('selector').take();
  spec
    .at('minReadySeconds')
    .dropped('a pod counts when it is Ready: let its readiness probe say when it can serve');
  spec.at('restartAt').dropped('"understudy restart" replaces pods');
  spec
    .at('analysis')
    .dropped('records of rollouts are kept as long as their revisions: spec.revisionHistoryLimit');
  return {
    ...(isPaused && { paused: true }),
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
    ...(deadlineMs !== undefined && { progressDeadline: durationText(Math.max(1_000, deadlineMs)) }),
    ...(rollbackWindow !== undefined && { rollbackWindow }),
  };
}

type FoundPods = Pick<SourcePods, 'node' | 'template' | 'matchLabels'>;

/** The pod template of the Rollout, or of the Deployment that it refers to; undefined where that is in no file. */
function podTemplateOf(
  spec: SourceNode,
  input: ConversionInput,
  namespace: string | undefined,
): FoundPods | undefined {
  const selector = partOf(spec.raw, 'selector', 'matchLabels');
  const reference = spec.at('workloadRef');
  if (!reference.isPresent) {
    const node = spec.at('template');
    return { node, template: node.take(), matchLabels: selector };
  }
  const kind = reference.at('kind').text() ?? 'Deployment';
  const name = reference.at('name').text();
  reference.at('apiVersion').take();
  reference
    .at('scaleDown')
    .action(
      `scale ${kind} ${name} down by hand when the ModelDeployment serves: nobody does it for you here`,
    );
  const workload = findObject(input, kind, name, namespace);
  if (!workload) {
    reference.missing(
      `${kind} ${name} is in none of the files: give it too; a ModelDeployment has its pod template in itself`,
    );
    return undefined;
  }
  reference.changed(
    `the pod template of ${kind} ${name} stands in the ModelDeployment itself; from now on it is edited there`,
  );
  const itsSelector = partOf(workload, 'spec', 'selector', 'matchLabels');
  return {
    node: reference,
    template: partOf(workload, 'spec', 'template'),
    matchLabels: selector ?? itsSelector,
  };
}
