import { defaults, withDefaults } from '../../api/defaults.ts';
import { withMetricLists } from '../../api/metric-lists.ts';
import type { ModelDeployment, ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { GatewayOptions } from '../gateway/gateway-objects.ts';

/** A manifest as it is put on the stage: two specs that differ in the version of the model only, and a gateway that fits. */
export interface Staging {
  namespace: string;
  name: string;
  /** What users have at first: a version before the manifest's. */
  before: { spec: ModelDeploymentSpec; revision: string; version: string };
  /** The manifest's own. */
  candidate: { spec: ModelDeploymentSpec; revision: string; version: string };
  gateway: Partial<GatewayOptions>;
  /** What is different from the manifest, in words. */
  notes: string[];
}

const versionBefore = 'before';

/** Nothing of the manifest's spec is changed, but for gateways that are too many. */
export function stagingOf({ metadata, spec: written }: ModelDeployment): Staging {
  const { namespace = 'default', name } = metadata;
  const known = withoutTemplates(written);
  const { spec, notes, gateway } = withOneGateway(known.spec, namespace);
  const version = spec.model?.version ?? 'new';
  const earlier = version === versionBefore ? `${versionBefore}-that` : versionBefore;
  const specBefore = { ...spec, model: { ...spec.model, version: earlier } };
  const first = identifyRevision(specBefore, []);
  const second = identifyRevision(spec, [first]);
  return {
    namespace,
    name,
    before: { spec: specBefore, revision: first.revision, version: earlier },
    candidate: { spec, revision: second.revision, version },
    gateway,
    notes: [...known.notes, ...notes],
  };
}

/** A manifest holds one object, so that the templates which it names are not there. */
function withoutTemplates(spec: ModelDeploymentSpec): { spec: ModelDeploymentSpec; notes: string[] } {
  const notes: string[] = [];
  const known = withMetricLists(spec, ({ metrics }) =>
    metrics.filter((metric) => {
      if (metric.kind !== 'query' || !metric.template) return true;
      const { kind = 'MetricTemplate', name } = metric.template;
      notes.push(`metric ${metric.name}: ${kind} ${name} is not simulated, so that the metric is left out`);
      return false;
    }),
  );
  return { spec: known, notes };
}

/** The simulated world has one gateway: the first that the manifest names. */
function withOneGateway(
  spec: ModelDeploymentSpec,
  ownNamespace: string,
): { spec: ModelDeploymentSpec; notes: string[]; gateway: Partial<GatewayOptions> } {
  const { traffic } = withDefaults(spec);
  if (traffic.kind === 'service') return { spec, notes: [], gateway: {} };
  const [parent, ...others] = traffic.parentRefs;
  const { namespace = ownNamespace, name, kind } = parent!;
  const notes = [];
  if (kind !== defaults.parentKind)
    notes.push(`parentRefs: a ${kind} is not simulated, so that nobody takes the route`);
  if (others.length > 0) notes.push(`parentRefs: only the first gateway, ${namespace}/${name}, is simulated`);
  const parentRefs = spec.traffic!.gatewayAPI!.parentRefs.slice(0, 1);
  const gatewayAPI = { ...spec.traffic!.gatewayAPI!, parentRefs };
  return { spec: { ...spec, traffic: { gatewayAPI } }, notes, gateway: { namespace, name } };
}
