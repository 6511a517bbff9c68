/** Manifests of the reference page. A test applies each of them to a real API server under strict validation. */

/** The smallest useful file. */
export const smallestExample = `apiVersion: understudy.dev/v1alpha1
kind: ModelDeployment
metadata: {name: sentiment}
spec:
  serving:
    workload:
      template:
        spec: {containers: [{name: model, image: sentiment:3, ports: [{containerPort: 8080}]}]}
`;

/** A file with a value for nearly everything. */
export const fullExample = `apiVersion: understudy.dev/v1alpha1
kind: ModelDeployment
metadata: {name: sentiment, namespace: ml}
spec:
  replicas: 4
  progressDeadline: 10m
  drain: 60s
  readiness: {percent: 100}
  model:
    name: sentiment
    version: "3"
    uri: s3://models/sentiment/3
    format: sklearn
  serving:
    workload:
      template:
        metadata:
          labels: {team: search}
        spec:
          containers:
            - name: model
              image: sentiment:3
              args: [--model, s3://models/sentiment/3]
              ports: [{name: http, containerPort: 8080}]
              readinessProbe: {httpGet: {path: /v2/health/ready, port: http}}
  service: {port: 80, targetPort: http, appProtocol: http}
  traffic:
    gatewayAPI:
      parentRefs: [{name: public, namespace: infra}]
      hostnames: [sentiment.example.com]
      matches: [{path: {type: PathPrefix, value: /v2}}]
  strategy:
    canary:
      steps:
        - {weight: 5, hold: 2m, maxHold: 30m}
        - pause: {duration: 1h}
        - {weight: 25, hold: 5m}
        - weight: 50
      bake: {duration: 15m}
  analysis:
    source: default
    preset: auto
    interval: 15s
    minRequests: 100
    metrics:
      - {name: errors, kind: errorRate, max: 0.02}
      - {name: slow, kind: latency, objective: {threshold: 500ms, max: 0.05}}
      - name: cache
        kind: query
        query: max(vllm:kv_cache_usage_perc{revision="{{ candidate.revision }}"})
        pass: result < 0.9
        failureLimit: 3
    onInconclusive: pause
    onNoData: hold
    noDataFor: 10m
`;

/** A decision that names what it is about, so that it cannot reach anything else. */
export const actionExample = `apiVersion: understudy.dev/v1alpha1
kind: RolloutAction
metadata: {generateName: sentiment-promote-, namespace: ml}
spec:
  target:
    name: sentiment
    uid: 2c0f6ae4-4c0c-4b43-a1a1-6a5a0a3a0e0d   # kubectl get md sentiment -o jsonpath='{.metadata.uid}'
    rollout: sentiment-4                        # kubectl get md sentiment -o jsonpath='{.status.rollout.name}'
    step: 1                                     # kubectl get md sentiment -o jsonpath='{.status.rollout.step}'
  verb: promote
  requestedBy: alice@example.com                # kubectl auth whoami
  reason: the dashboards look good
`;

/** A query for many, with one argument that has to be given and one that need not. */
export const templateExample = `apiVersion: understudy.dev/v1alpha1
kind: MetricTemplate
metadata: {name: queue-length, namespace: ml}
spec:
  description: Requests that wait in the candidate's pods, the longest queue of all
  args:
    - name: metric
      description: Gauge of the model server
    - name: container
      default: model
  query: max(max_over_time({{ args.metric }}{revision="{{ candidate.revision }}", container="{{ args.container }}"}[{{ window }}]))
  window: 2m
`;
