import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../test/support/free-port.ts';
import { resolveArgoRollouts } from '../../local-cluster/binaries/binaries.ts';
import { versions } from '../../local-cluster/binaries/versions.ts';
import { applyCrdFiles, applyOther } from './apply-other.ts';
import { ChildController } from './child-controller.ts';
import { administrator, type Contender, simulatedPod, workloadName } from './contender.ts';

const account = 'argo-rollouts';
const rollouts = '/apis/argoproj.io/v1alpha1/namespaces/default/rollouts';

export const argoRollouts: Contender = {
  name: 'argo-rollouts',
  version: versions.argoRollouts,
  user: `system:serviceaccount:${account}:${account}`,
  workload: 'a Rollout, and the Services of its stable and its canary pods, made by the user',
  install: async (bed) => {
    await applyCrdFiles(bed, (await resolveArgoRollouts()).crdFiles);
    for (const object of administrator(account)) await bed.apply(object);
  },
  start: async (bed) => {
    const { program } = await resolveArgoRollouts();
    const access = await bed.cluster.writeKubeconfig({ namespace: account, serviceAccount: account });
    const ports = [`--healthzPort=${await freePort()}`, `--metricsPort=${await freePort()}`];
    const controller = new ChildController(program, [`--kubeconfig=${access.kubeconfigPath}`, ...ports], {
      ARGO_ROLLOUTS_NAMESPACE: account,
      POD_NAMESPACE: account,
    });
    bed.atStop(() => controller.stop());
    await sleep(1_000);
    if (!controller.running) throw new Error(`Argo Rollouts ended at its start:\n${controller.log}`);
    return controller;
  },
  apply: async (bed, index) => {
    const name = workloadName(index);
    const labels = { app: name };
    const services = [`${name}-stable`, `${name}-canary`];
    for (const service of services) {
      await bed.apply({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: service, namespace: 'default' },
        spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
      });
    }
    await applyOther(bed, `${rollouts}/${name}`, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name, namespace: 'default' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: simulatedPod('1') },
        strategy: {
          canary: {
            stableService: services[0],
            canaryService: services[1],
            steps: [{ setWeight: 50 }, { pause: {} }],
          },
        },
      },
    });
  },
  countSettled: async (bed) => {
    const { body } = await bed.user.get(rollouts);
    return (body.items as { status?: { phase?: string } }[]).filter(
      ({ status }) => status?.phase === 'Healthy',
    ).length;
  },
};
