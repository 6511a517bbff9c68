import type { Metric } from '../../api/analysis.ts';
import { formatDuration } from '../../api/duration-text.ts';
import { apiVersion } from '../../api/group.ts';
import type { ModelDeployment, ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Strategy } from '../../api/strategy/strategy.ts';
import { podRatio } from '../../domain/traffic/pods.ts';
import { runtimes } from '../../metrics-source/presets/presets.ts';
import { partOf } from '../convert/conversion.ts';
import type { PodWorkload } from '../convert/pod-workload.ts';
import { serviceSpec, type ServicePort } from '../convert/service-ports.ts';
import { imageParts } from '../lint/warnings/images.ts';
import type { Choices } from './choices.ts';
import { errorShareQuery } from './error-share-query.ts';
import { servedModel } from './runtime-of.ts';
import type { Surroundings } from './surroundings.ts';

/** The weights of the default plan: few users first, and half of them before everybody. */
const weights = [5, 25, 50];
const hold = '2m';

interface FirstManifest {
  surroundings: Surroundings;
  choices: Choices;
  workload: PodWorkload;
  port: ServicePort;
}

/** The ModelDeployment for a Deployment. Pure. */
export function firstManifest({ surroundings, choices, workload, port }: FirstManifest): ModelDeployment {
  const { deployment } = surroundings;
  const replicas = Number(partOf(deployment, 'spec', 'replicas') ?? 1);
  const service = serviceSpec(port, workload.targetPort);
  const metrics = metricsOf(choices);
  const { traffic } = choices;
  const spec: ModelDeploymentSpec = {
    replicas,
    model: modelOf(surroundings, choices, workload),
    ...(service && { service }),
    ...(traffic && { traffic }),
    strategy: strategyOf(choices, replicas),
    ...(metrics.length > 0 && {
      analysis: {
        // Behind a gateway its counters are read; here there is nobody but the model server.
        ...(!traffic && choices.preset && { preset: choices.preset }),
        metrics,
      },
    }),
    serving: { workload: { template: workload.template } },
  };
  const { namespace } = deployment.metadata;
  const metadata = { name: choices.name, ...(namespace !== undefined && { namespace }) };
  return { apiVersion, kind: 'ModelDeployment', metadata, spec };
}

/** What is versioned. The tag of an image says which model it holds, unless it is the image of a model server, which holds none. */
function modelOf(
  { deployment }: Surroundings,
  { preset }: Choices,
  { template }: PodWorkload,
): ModelDeploymentSpec['model'] {
  const name = deployment.metadata.name ?? '';
  if (preset) return { name: servedModel(template) ?? name };
  const image = template.spec.containers[0]?.['image'];
  const { tag } = typeof image === 'string' ? imageParts(image) : { tag: undefined };
  return { name, ...(tag !== undefined && tag !== 'latest' && { version: tag }) };
}

function strategyOf({ strategy, traffic }: Choices, replicas: number): Strategy {
  const steps = weightsFor(traffic !== undefined, replicas).map((weight) => ({ weight, hold }));
  switch (strategy) {
    case 'canary':
      return { canary: { steps, bake: { duration: '15m' } } };
    case 'blueGreen':
      return { blueGreen: { promotion: 'manual', bake: { duration: '15m' } } };
    case 'shadow':
      return { shadow: { duration: '30m', then: 'canary', steps, bake: { duration: '15m' } } };
  }
}

/** Behind plain Services only weights that the pods can give. */
function weightsFor(hasGateway: boolean, replicas: number): number[] {
  if (hasGateway || replicas === 0) return weights;
  const possible = weights.map((weight) => Math.round(podRatio(weight, replicas).achievable * 10) / 10);
  return [...new Set(possible)].sort((one, other) => one - other);
}

function metricsOf({ gates, traffic, latencyMs, preset }: Choices): Metric[] {
  const data = runtimes.find(({ name }) => name === preset);
  return gates.flatMap((gate): Metric[] => {
    switch (gate) {
      case 'errors': {
        if (traffic) return [{ name: 'errors', kind: 'errorRate' }];
        const query = data && errorShareQuery(data);
        if (query === undefined) return [];
        return [
          { name: 'errors', kind: 'query', query, window: '5m', pass: 'result <= 0.02', failureLimit: 2 },
        ];
      }
      case 'latency': {
        const objective = latencyMs !== undefined && { threshold: formatDuration(latencyMs), max: 0.05 };
        return [{ name: 'latency', kind: 'latency', ...(objective && { objective }) }];
      }
      case 'first-token':
        return [
          {
            name: 'first-token',
            kind: 'query',
            query: '{{ measure.timeToFirstToken }}',
            window: '5m',
            pass: 'result < 2.0',
            dryRun: true,
          },
        ];
    }
  });
}
