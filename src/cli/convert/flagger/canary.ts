import type { ModelDeploymentSpec } from '../../../api/model-deployment.ts';
import type { FoundObject } from '../../lint/documents.ts';
import { autoscalerOf, autoscalerWords } from '../autoscaler.ts';
import { type ConversionInput, findObject, type ObjectReport, openSource, partOf } from '../conversion.ts';
import { closeAsModelDeployment } from '../made-model-deployment.ts';
import { modelName, UniqueNames } from '../names.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { AlertProviders } from './alert-providers.ts';
import { canaryAlerts } from './canary-alerts.ts';
import { canaryHooks } from './canary-hooks.ts';
import { canaryMetrics } from './canary-metrics.ts';
import { canaryPlan, intervalOf, iterationsOf } from './canary-plan.ts';
import { canaryTraffic } from './canary-traffic.ts';
import type { FlaggerTemplates } from './flagger-templates.ts';

/** What Canaries name in other objects. */
export interface FlaggerObjects {
  templates: FlaggerTemplates;
  providers: AlertProviders;
}

/** A Canary with its Deployment as a ModelDeployment; none where there is no Deployment for it. */
export function convertCanary(
  found: FoundObject,
  input: ConversionInput,
  { templates, providers }: FlaggerObjects,
): ObjectReport {
  const source = openSource(found);
  const { root } = source;
  const spec = root.at('spec');
  const { namespace } = found.object.metadata;
  const analysis = spec.at('analysis').isPresent ? spec.at('analysis') : spec.at('canaryAnalysis');
  const target = targetOf(spec.at('targetRef'), input, namespace);
  const name = nameOf(spec, root);
  const traffic = canaryTraffic(spec, input);
  const hasGateway = traffic !== undefined;
  const threshold = thresholdOf(analysis);
  const metrics = canaryMetrics(analysis.at('metrics'), {
    templates,
    namespace,
    ingress: spec.at('ingressRef', 'name').text(),
    hasGateway,
    threshold,
  });
  const notices = { names: new UniqueNames(), model: name, namespace };
  const { confirmations, gates, notifications } = canaryHooks(analysis.at('webhooks'), {
    gates: { names: new UniqueNames(), intervalMs: intervalOf(analysis), threshold },
    notices,
    hasWeights: iterationsOf(analysis) === undefined,
  });
  const told = canaryAlerts(analysis.at('alerts'), notifications, notices, providers);
  // A check that cannot be made is not passed in silence: a person decides in its place.
  const isBlind =
    metrics.compared.length + metrics.queries.length === 0 && analysis.at('metrics').items().length > 0;
  if (isBlind) {
    confirmations.after = true;
    analysis
      .at('metrics')
      .changed(
        'none of them can be asked here: a person decides at the end of the plan, before the promotion',
      );
  }
  const plan = canaryPlan(analysis, { metrics, confirmations, hasGateway });
  const scale = replicasOf(spec, target?.deployment, input);
  const general = generalFields(spec, analysis);
  // What is counted is looked at with every scrape; how many failed checks of a query are too many hangs on how often it is asked.
  const interval = metrics.queries.length > 0 && {
    interval: durationText(Math.max(1_000, intervalOf(analysis))),
  };
  const asked = plan.metrics.length > 0 && { metrics: plan.metrics.slice(0, 16) };
  return closeAsModelDeployment(found, source, input, {
    name,
    // Flagger's Services find a candidate's pods by the selector of its Deployment.
    pods: target && {
      node: target.node,
      template: partOf(target.deployment, 'spec', 'template'),
      matchLabels: partOf(target.deployment, 'spec', 'selector', 'matchLabels'),
      servicesOfWhom: 'those of Flagger',
    },
    port: servicePorts(spec.at('service')),
    general: {
      ...scale,
      ...general,
      ...(gates.length > 0 && { gates }),
      ...(told.length > 0 && { notifications: told }),
    },
    traffic,
    strategy: plan.strategy,
    analysis: interval || asked ? { ...interval, ...asked } : undefined,
  });
}

/** The Deployment that the Canary is about. */
function targetOf(
  node: SourceNode,
  input: ConversionInput,
  namespace: string | undefined,
): { node: SourceNode; deployment: unknown } | undefined {
  const kind = node.at('kind').text() ?? 'Deployment';
  const name = node.at('name').text();
  node.at('apiVersion').take();
  if (kind !== 'Deployment') {
    node.missing(`a ${kind} has no equivalent: a ModelDeployment runs a Deployment for each revision`);
    return undefined;
  }
  const deployment = findObject(input, kind, name, namespace);
  if (!deployment) {
    node.missing(
      `Deployment ${name ?? ''} is in none of the files: give it too; a ModelDeployment has its pod template in itself`,
    );
    return undefined;
  }
  node.changed(
    `the pod template of Deployment ${name ?? ''} stands in the ModelDeployment itself; from now on it is edited there`,
  );
  return { node, deployment };
}

/** The name that clients call: that of Flagger's Service. */
function nameOf(spec: SourceNode, root: SourceNode): string {
  const target = spec.at('targetRef', 'name').text();
  const given = spec.at('service', 'name').text() ?? target ?? root.at('metadata', 'name').text() ?? '';
  const name = modelName(given);
  if (name !== given)
    root.at('metadata', 'name').changed(`the name became ${name}: Services are named after it`);
  spec
    .at('service')
    .saidOf(
      'action',
      `clients call Service ${given}, which is Flagger's, and the controller takes over nobody else's: name the ModelDeployment otherwise and move the clients, or delete the Canary first (docs/converting.md)`,
    );
  return name;
}

function thresholdOf(analysis: SourceNode): number {
  const node = analysis.at('threshold');
  const threshold = node.number() ?? 1;
  node.changed(
    'failed checks of a query are counted for each metric and step (failureLimit); requests that fail are judged by their number',
  );
  return Math.max(1, Math.round(threshold));
}

function replicasOf(
  spec: SourceNode,
  deployment: unknown,
  input: ConversionInput,
): Pick<ModelDeploymentSpec, 'replicas'> {
  const reference = spec.at('autoscalerRef');
  const target = spec.at('targetRef', 'name').text();
  const autoscaler = autoscalerOf(input, 'Deployment', target);
  const kind = reference.at('kind').text() ?? 'HorizontalPodAutoscaler';
  const name = reference.at('name').text() ?? '';
  const node = reference.isPresent ? reference : spec.at('targetRef', 'name');
  if (autoscaler) node.saidOf('action', autoscalerWords(autoscaler));
  else reference.action(autoscalerWords({ kind, name }));
  const replicas = partOf(deployment, 'spec', 'replicas');
  const wanted = typeof replicas === 'number' && replicas > 0 ? replicas : autoscaler?.least;
  return wanted === undefined ? {} : { replicas: wanted };
}

function servicePorts(service: SourceNode): {
  port?: number;
  targetPort?: string | number;
  appProtocol?: string;
} {
  const port = service.at('port').number();
  const given = service.at('targetPort').take();
  const appProtocol = service.at('appProtocol').text();
  const targetPort = typeof given === 'number' || typeof given === 'string' ? given : port;
  return {
    ...(port !== undefined && { port }),
    ...(targetPort !== undefined && { targetPort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

function generalFields(spec: SourceNode, analysis: SourceNode): Partial<ModelDeploymentSpec> {
  const deadlineMs = spec.at('progressDeadlineSeconds').durationMs();
  const ready = analysis.at('canaryReadyThreshold').number();
  const isPaused = spec.at('suspend').flag();
  analysis
    .at('primaryReadyThreshold')
    .dropped('a stable revision is held for served by any of its ready pods');
  spec
    .at('metricsServer')
    .changed("the sources stand in the controller's configuration; a spec names one by analysis.source");
  if (spec.at('skipAnalysis').flag() === true)
    spec
      .at('skipAnalysis')
      .dropped('"understudy promote --full" leaves all steps of one rollout, by a decision that is recorded');
  spec.at('revertOnDeletion').dropped('nothing of yours is changed that would have to be given back');
  const hosts =
    'the controller writes routes of the Gateway API alone: --gateway NAMESPACE/NAME names the Gateway';
  for (const field of ['ingressRef', 'routeRef', 'upstreamRef']) spec.at(field).changed(hosts);
  return {
    ...(isPaused && { paused: true }),
    ...(deadlineMs !== undefined && { progressDeadline: durationText(Math.max(1_000, deadlineMs)) }),
    ...(ready !== undefined && ready >= 1 && ready <= 100 && { readiness: { percent: Math.round(ready) } }),
  };
}
