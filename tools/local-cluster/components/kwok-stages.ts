/** kwok's stages: what it does to a simulated node or pod in which state. */
const stage = (name: string, kind: 'Node' | 'Pod', matchExpressions: object[], next: object) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name },
  spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, next },
});

const readyIsNotTrue = {
  key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
  operator: 'NotIn',
  values: ['True'],
};

const deletion = (operator: 'Exists' | 'DoesNotExist') => ({ key: '.metadata.deletionTimestamp', operator });

const isTrue = (type: string) => `- {type: ${type}, status: "True", lastTransitionTime: {{ $now | Quote }}}`;

const nodeStatus = `
{{ $now := Now }}
conditions:
- type: Ready
  status: "True"
  reason: Simulated
  message: This node exists in the API only.
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
capacity: {cpu: 1k, memory: 1Ti, pods: 1M}
allocatable: {cpu: 1k, memory: 1Ti, pods: 1M}
phase: Running
`;

const podStatus = `
{{ $now := Now }}
{{ $ips := PodIPsWith .spec.nodeName false ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
${['Initialized', 'PodReadyToStartContainers', 'ContainersReady', 'Ready'].map(isTrue).join('\n')}
{{ range .spec.readinessGates }}
- {type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  started: true
  restartCount: 0
  state: {running: {startedAt: {{ $now | Quote }}}}
{{ end }}
{{ with $ips }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
`;

/** Nodes and pods become ready at once, and pods go at once when they are deleted. */
export const kwokStages = [
  stage('node-ready', 'Node', [readyIsNotTrue], { statusTemplate: nodeStatus }),
  stage(
    'pod-ready',
    'Pod',
    [deletion('DoesNotExist'), { key: '.status.phase', operator: 'In', values: ['Pending'] }, readyIsNotTrue],
    { statusTemplate: podStatus },
  ),
  stage('pod-delete', 'Pod', [deletion('Exists')], { finalizers: { empty: true }, delete: true }),
];

/** The configuration file: YAML documents, of which JSON is a kind. */
export function renderKwokStages(): string {
  return kwokStages.map((document) => JSON.stringify(document)).join('\n---\n');
}
