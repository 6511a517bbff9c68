import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { templateOf } from './setting.ts';

const { apiVersion, kind } = resourceKinds.modelDeployment;

/** A ModelDeployment that was stored before there was a rule about its drain: no controller can read it (law 17). */
export const unreadable: KubernetesObject = {
  apiVersion,
  kind,
  metadata: { namespace: 'ml', name: 'unreadable' },
  spec: {
    drain: 'soon',
    model: { name: 'model', version: 'a' },
    serving: { workload: { template: templateOf('a') } },
  },
};
