import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../test/support/free-port.ts';
import { resolveFlagger } from '../../local-cluster/binaries/binaries.ts';
import { versions } from '../../local-cluster/binaries/versions.ts';
import { applyCrdFiles, applyOther } from './apply-other.ts';
import { ChildController } from './child-controller.ts';
import { administrator, type Contender, simulatedDeployment, workloadName } from './contender.ts';

const account = 'flagger';
const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries';

export const flagger: Contender = {
  name: 'flagger',
  version: versions.flagger,
  user: `system:serviceaccount:${account}:${account}`,
  workload:
    'a Deployment and a Canary, made by the user; the primary Deployment and three Services are made by the controller',
  install: async (bed) => {
    await applyCrdFiles(bed, (await resolveFlagger()).crdFiles);
    for (const object of administrator(account)) await bed.apply(object);
  },
  start: async (bed, prometheusUrl) => {
    const { program } = await resolveFlagger();
    const access = await bed.cluster.writeKubeconfig({ namespace: account, serviceAccount: account });
    const controller = new ChildController(program, [
      `-kubeconfig=${access.kubeconfigPath}`,
      '-mesh-provider=kubernetes',
      `-metrics-server=${prometheusUrl}`,
      `-port=${await freePort()}`,
      // As its own manifest has it.
      '-log-level=info',
    ]);
    bed.atStop(() => controller.stop());
    await sleep(1_000);
    if (!controller.running) throw new Error(`Flagger ended at its start:\n${controller.log}`);
    return controller;
  },
  apply: async (bed, index) => {
    const name = workloadName(index);
    await bed.apply(simulatedDeployment(name));
    await applyOther(bed, `${canaries}/${name}`, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name, namespace: 'default' },
      spec: {
        provider: 'kubernetes',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 80, targetPort: 'http' },
        // As its documentation begins: a check a minute.
        analysis: { interval: '1m', threshold: 5, iterations: 5 },
      },
    });
  },
  countSettled: async (bed) => {
    const { body } = await bed.user.get(canaries);
    return (body.items as { status?: { phase?: string } }[]).filter(
      ({ status }) => status?.phase === 'Initialized',
    ).length;
  },
};
