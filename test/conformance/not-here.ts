/** Why a scenario, or a part of it, has no test here. */
export interface NotHere {
  scenario: number;
  /** Absent: the whole scenario. */
  part?: string;
  why: `not in our design: ${string}` | `waits for the issue on ${string}` | `measured elsewhere: ${string}`;
}

const routers = 'waits for the issue on other routers';
const hosting = 'waits for the issue on hosting';

export const notHere: readonly NotHere[] = [
  {
    scenario: 10,
    part: 'a bound for the extra pods',
    why: 'waits for the issue on capacity: until then a rollout may take as many pods again',
  },
  {
    scenario: 15,
    part: 'a candidate that is kept after an abort',
    why: 'not in our design: what lost its traffic keeps its pods for `drain`, however it lost it',
  },
  {
    scenario: 16,
    part: 'older revisions that go at once',
    why: 'not in our design: each keeps its pods until its own drain is over',
  },
  {
    scenario: 23,
    why: 'not in our design: a pod carries its revision and no role; roles are in the status, and a promotion touches no pod',
  },
  { scenario: 24, why: `${hosting}: serving.workload.ref` },
  {
    scenario: 38,
    why: 'waits for the issue on other routers: adopting a route of somebody else (traffic.gatewayAPI.routeRef)',
  },
  {
    scenario: 39,
    part: 'labels that are copied',
    why: 'not in our design: what a user writes on a ModelDeployment stays there',
  },
  { scenario: 40, part: 'Istio, NGINX, Gloo, APISIX and ALB', why: routers },
  {
    scenario: 42,
    part: 'copies beside a weight',
    why: 'not in our design: where copies and live requests were both sent to the candidate, its figures would mix them',
  },
  { scenario: 45, part: 'Istio, and expiring the cookie of the old revision', why: routers },
  {
    scenario: 48,
    part: 'arguments from Secrets and labels',
    why: 'not in our design: what a query asks stands in the spec and in the record, where no secret belongs',
  },
  {
    scenario: 49,
    why: 'measured elsewhere: on a real API server, by `test/integration/job-gates.spec.ts`',
  },
  { scenario: 58, why: `${routers}: Istio` },
  { scenario: 60, why: 'not in our design: a rollout compares two revisions, and no third one takes part' },
  { scenario: 62, why: `${routers}: Istio` },
  { scenario: 63, why: `${routers}: adopting objects of somebody else, and giving them back` },
  { scenario: 64, why: `${routers}: adopting objects of somebody else, and giving them back` },
  { scenario: 65, part: 'labels, annotations and extra ports', why: `${routers}: Istio, Kuma and Linkerd` },
  { scenario: 66, why: `${routers}: NGINX` },
  { scenario: 67, why: `${routers}: Kuma` },
  { scenario: 68, why: `${routers}: Gloo` },
  { scenario: 69, why: `${routers}: APISIX` },
  { scenario: 70, why: `${routers}: Traefik` },
  {
    scenario: 71,
    why: 'not in our design: Contour is driven by the Gateway API, which has no ingress class',
  },
  {
    scenario: 74,
    why: 'waits for the issue on autoscaling: KEDA; until then an autoscaler uses the scale subresource',
  },
  {
    scenario: 75,
    why: 'not in our design: a model is served by a Deployment, and a DaemonSet has no replicas to shift',
  },
  { scenario: 76, why: `${routers}: Knative` },
  { scenario: 77, why: `${hosting}: the content of ConfigMaps and Secrets as a part of the revision` },
  { scenario: 78, why: `${hosting}: the content of ConfigMaps and Secrets as a part of the revision` },
  {
    scenario: 81,
    part: '1,000 idle and 50 active, and memory over days',
    why: 'measured elsewhere: by `npm run bench`, for docs/benchmarks.md; a test cannot take that long',
  },
];
