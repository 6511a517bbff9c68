/** The fields of a pod that decide whether and how it is scraped. */
export interface ScrapedPod {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  status?: { phase?: string; podIP?: string };
}

/** One group of Prometheus' file discovery. */
export interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

const modelDeploymentLabel = 'understudy.dev/model-deployment';
const revisionLabel = 'understudy.dev/revision';

/**
 * The scrape targets among the pods: every running one with the annotation `prometheus.io/scrape: "true"`, on
 * `prometheus.io/port` (default 80) and `prometheus.io/path` (default `/metrics`). What is scraped carries the
 * labels by which a query tells revisions apart. Sorted, so that equal pods give equal text.
 */
export function targetGroups(pods: Iterable<ScrapedPod>): TargetGroup[] {
  const groups: TargetGroup[] = [];
  for (const { metadata, status } of pods) {
    const annotations = metadata.annotations ?? {};
    if (annotations['prometheus.io/scrape'] !== 'true' || status?.phase !== 'Running' || !status.podIP)
      continue;
    const labels: Record<string, string> = { namespace: metadata.namespace, pod: metadata.name };
    const path = annotations['prometheus.io/path'];
    if (path !== undefined) labels['__metrics_path__'] = path;
    const modelDeployment = metadata.labels?.[modelDeploymentLabel];
    if (modelDeployment !== undefined) labels['model_deployment'] = modelDeployment;
    const revision = metadata.labels?.[revisionLabel];
    if (revision !== undefined) labels['revision'] = revision;
    groups.push({ targets: [`${status.podIP}:${annotations['prometheus.io/port'] ?? '80'}`], labels });
  }
  const key = ({ labels }: TargetGroup) => `${labels['namespace']}/${labels['pod']}`;
  return groups.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
