import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, readAuditLog } from '../../test/support/audit-log.ts';
import type { ControllerProcess } from '../../test/support/controller-process.ts';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { waitFor } from '../../test/support/wait-for.ts';

/** Resident memory of a process, in MB of 1,000,000 bytes, as the kernel counts it. */
export const residentMb = (pid: number): number => memoryMb(pid, 'VmRSS');

/** Of it what the process wrote; the others are pages of its program's files, which the kernel can take back and read again. */
export const anonymousMb = (pid: number): number => memoryMb(pid, 'RssAnon');

function memoryMb(pid: number, field: 'VmRSS' | 'RssAnon'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  if (Number.isNaN(kib)) throw new Error(`no ${field} in /proc/${pid}/status`);
  return Math.round((kib * 1024) / 1e6);
}

/** Adds settled ModelDeployments until there are `count`; each has one pod on a simulated node. */
export async function settle(bed: TestBed, count: number): Promise<void> {
  const settled = async () =>
    (await bed.list(resourceKinds.modelDeployment)).filter(({ metadata }) =>
      metadata.name.startsWith('model-'),
    );
  const present = (await settled()).length;
  for (let index = present; index < count; index += 1) await bed.apply(onSimulatedNode(`model-${index}`));
  await waitFor(
    `${count} are settled`,
    async () => {
      const all = await settled();
      return all.length === count && all.every(({ status }) => status?.phase === 'Healthy');
    },
    { timeoutMs: 900_000, everyMs: 2_000 },
  );
}

function onSimulatedNode(name: string) {
  const object = modelDeployment({ name, spec: { replicas: 1 } });
  object.spec.serving.workload.template.spec.nodeName = 'simulated';
  return object;
}

/** Memory some seconds after the last change, when what only the change needed has gone. */
export async function settledMemoryMb(controller: ControllerProcess): Promise<number> {
  await sleep(20_000);
  return residentMb(controller.pid);
}

/** Requests that the controller makes in a minute in which nothing happens. */
export async function idleRequestsPerMinute(
  bed: TestBed,
): Promise<{ lease: number; watch: number; other: number }> {
  const fromMs = Date.now();
  await sleep(60_000);
  const requests = readAuditLog(bed.cluster.auditLogPath).filter(
    ({ user, receivedAtMs }) =>
      user === controllerUser && receivedAtMs >= fromMs && receivedAtMs < fromMs + 60_000,
  );
  const lease = requests.filter(({ resource }) => resource === 'leases').length;
  const watch = requests.filter(({ verb }) => verb === 'watch').length;
  return { lease, watch, other: requests.length - lease - watch };
}
