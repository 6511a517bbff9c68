import { formatDuration } from '../../../api/duration.ts';
import { mainContainersOf, type TemplateContainer } from './containers.ts';
import { type ModelSubject, type ModelWarning, placeIf, strategyPath } from './warning.ts';

const podPath = 'spec.serving.workload.template.spec';

/** What Kubernetes takes where a probe leaves it out. */
const probeDefaults = { periodSeconds: 10, failureThreshold: 3 } as const;

/** Warnings about pods: when they serve, where they fit. */
export const podWarnings: readonly ModelWarning[] = [
  {
    code: 'NoReadinessProbe',
    why: 'A pod counts as ready when its process starts: it gets users while the model is still loading, and their requests fail.',
    advice: 'Ask the server, for example readinessProbe: {httpGet: {path: /v2/health/ready, port: http}}.',
    check: (subject) =>
      servingContainers(subject).flatMap(({ path, name, readinessProbe }) =>
        placeIf(readinessProbe === undefined, `${path}.readinessProbe`, `none in container "${name}"`),
      ),
  },
  {
    code: 'DeadlineBelowStart',
    why: 'A candidate that starts as slowly as its own probes allow fails before it was ever ready.',
    advice: 'Make progressDeadline longer than the slowest start, pulling the image included.',
    check: ({ deployment, spec }) =>
      mainContainersOf(deployment).flatMap(({ name, readinessProbe, startupProbe }) => {
        const startMs =
          1_000 * Math.max(readinessProbe?.initialDelaySeconds ?? 0, startupSeconds(startupProbe));
        const found = `${formatDuration(spec.progressDeadlineMs)}; container "${name}" may take ${formatDuration(startMs)}`;
        return placeIf(startMs >= spec.progressDeadlineMs, 'spec.progressDeadline', found);
      }),
  },
  {
    code: 'NoResourceRequests',
    why: 'The scheduler reserves nothing: the candidate may land where the stable revision needs the room, and both become slow while they are compared.',
    advice: 'Set resources.requests for cpu and memory to what a pod needs under load.',
    check: ({ deployment }) =>
      mainContainersOf(deployment).flatMap(({ path, name, resources }) => {
        const asked = { ...resources?.limits, ...resources?.requests };
        const lacking = ['cpu', 'memory'].filter((resource) => asked[resource] === undefined);
        const found = `no ${lacking.join(' and ')} in container "${name}"`;
        return placeIf(lacking.length > 0, `${path}.resources.requests`, found);
      }),
  },
  {
    code: 'HostPort',
    why: 'Two pods that want the same port of a node never run beside each other there, and stable and candidate must.',
    advice: 'Leave hostPort and hostNetwork out: the Services reach every pod.',
    check: ({ deployment }) => {
      const pod = deployment.spec.serving.workload.template.spec as { hostNetwork?: boolean };
      const ports = mainContainersOf(deployment).flatMap((container) =>
        container.ports.flatMap(({ hostPort }, index) =>
          hostPort === undefined
            ? []
            : [{ path: `${container.path}.ports[${index}].hostPort`, found: String(hostPort) }],
        ),
      );
      return [...placeIf(pod.hostNetwork === true, `${podPath}.hostNetwork`, 'true'), ...ports];
    },
  },
  {
    code: 'OneReplica',
    why: 'With a single pod every eviction and every crash is an outage, and a candidate of one pod shows nothing of how pods share load.',
    advice: 'Run at least two replicas.',
    check: ({ deployment, spec }) =>
      placeIf(
        spec.replicas === 1,
        'spec.replicas',
        deployment.spec.replicas === undefined ? 'nothing, which means 1' : '1',
      ),
  },
  {
    code: 'ScarceDevices',
    why: 'At the promotion both revisions have all their pods, so that twice as many devices are needed; without them the candidate waits for pods until progressDeadline fails it.',
    advice: 'Keep that many free, or let the stable revision shrink with canary.stableScale: follow.',
    check: ({ deployment, spec }) => {
      if (spec.plan.end === 'stop' || spec.plan.stableScale === 'follow') return [];
      return mainContainersOf(deployment).flatMap(({ resources }) =>
        Object.entries({ ...resources?.requests, ...resources?.limits })
          .filter(([resource]) => resource.includes('/'))
          .map(([resource, each]) => ({
            path:
              spec.plan.strategy === 'canary' ? `${strategyPath(deployment)}.stableScale` : 'spec.replicas',
            found: `${2 * spec.replicas * Number(each)} of ${resource} at once, ${spec.replicas * Number(each)} otherwise`,
          })),
      );
    },
  },
  {
    code: 'NoHistory',
    why: 'Old revisions are deleted as soon as they have no pods: there is nothing that a rollback could return to at once.',
    advice: 'Keep a few: they have no pods and cost nothing. 5 is the default.',
    check: ({ spec }) => placeIf(spec.revisionHistoryLimit === 0, 'spec.revisionHistoryLimit', '0'),
  },
];

/** The containers that requests come to; where that cannot be told, all. */
function servingContainers({ deployment, spec }: ModelSubject): TemplateContainer[] {
  const containers = mainContainersOf(deployment);
  const { targetPort } = spec.service;
  const serving = containers.filter(({ ports }) =>
    ports.some(({ name, containerPort }) => targetPort === name || targetPort === containerPort),
  );
  return serving.length > 0 ? serving : containers;
}

function startupSeconds(probe: TemplateContainer['startupProbe']): number {
  if (!probe) return 0;
  const { initialDelaySeconds = 0, periodSeconds, failureThreshold } = { ...probeDefaults, ...probe };
  return initialDelaySeconds + periodSeconds * failureThreshold;
}
