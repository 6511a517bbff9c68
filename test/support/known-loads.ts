import type { PresetName } from '../../src/api/preset-names.ts';
import type { Arms } from '../../src/domain/analysis/preset.ts';

/*
 * The load behind each fixture, as `test/fixtures/scrapes/README.md` tells it: what a preset has to count there.
 */
export const [stable, candidate] = ['aaaaaaaaaa', 'bbbbbbbbbb'];
const armsOf = (left: string, right: string, name = 'digits', namespace = 'ml'): Arms => ({
  namespace,
  name,
  stable: { revision: left, service: `${name}-${left}`, port: 80 },
  candidate: { revision: right, service: `${name}-${right}`, port: 80 },
});
export const arms = armsOf(stable, candidate);

type Counted = [requests: number, bad: number];
export interface KnownLoad {
  file: string;
  preset: PresetName;
  /** The alternative that has to be found. */
  requests: string;
  latency: string;
  candidate: Counted;
  stable?: Counted;
  /** Observations in the histograms; absent: there is none. */
  answers?: { candidate: number; stable?: number };
  /** What must be said in words. */
  says?: RegExp[];
  arms?: Arms;
}

const router = { candidate: [50, 10], stable: [100, 4] } as const satisfies Partial<KnownLoad>;
const answers = { candidate: 50, stable: 100 };
export const knownLoads: KnownLoad[] = [
  {
    file: 'contour-1.33.8-envoy-1.40.0.prom',
    preset: 'contour-envoy',
    requests: 'envoy_cluster_upstream_rq',
    latency: 'envoy_cluster_upstream_rq_time',
    candidate: [99, 9],
    stable: [101, 0],
    answers: { candidate: 99, stable: 101 },
    arms: armsOf('tq5j9qq6l6', 'mmtbmqzglb', 'model', 'default'),
  },
  {
    file: 'envoy-1.40.0-named-as-envoy-gateway.prom',
    preset: 'envoy-gateway',
    requests: 'envoy_cluster_upstream_rq',
    latency: 'envoy_cluster_upstream_rq_time',
    ...router,
    // The five refused connections are no answers.
    answers: { candidate: 45, stable: 100 },
  },
  {
    file: 'istio.documented.prom',
    preset: 'istio',
    requests: 'istio_requests_total, reporter source',
    latency: 'istio_request_duration_milliseconds, reporter source',
    ...router,
    answers,
  },
  {
    file: 'linkerd.documented.prom',
    preset: 'linkerd',
    requests: 'outbound_http_route_backend_response_statuses_total',
    latency: 'outbound_http_route_backend_response_duration_seconds',
    ...router,
    answers,
  },
  {
    file: 'linkerd-older.documented.prom',
    preset: 'linkerd',
    requests: 'response_total',
    latency: 'response_latency_ms',
    ...router,
    answers,
  },
  {
    file: 'traefik.documented.prom',
    preset: 'traefik',
    requests: 'traefik_service_requests_total by service',
    latency: 'traefik_service_request_duration_seconds by service',
    ...router,
    answers,
  },
  {
    file: 'traefik-ingress-relabelled.documented.prom',
    preset: 'traefik',
    requests: 'traefik_service_requests_total by exported_service',
    latency: 'traefik_service_request_duration_seconds by exported_service',
    ...router,
    answers,
  },
  {
    file: 'nginx.documented.prom',
    preset: 'nginx',
    requests: 'nginx_ingress_controller_requests by service',
    latency: 'nginx_ingress_controller_request_duration_seconds by service',
    ...router,
    answers,
  },
  {
    file: 'nginx-relabelled.documented.prom',
    preset: 'nginx',
    requests: 'nginx_ingress_controller_requests by exported_service',
    latency: 'nginx_ingress_controller_request_duration_seconds by exported_service',
    ...router,
    answers,
  },
  {
    file: 'kong.documented.prom',
    preset: 'kong',
    requests: 'kong_http_requests_total by service',
    latency: 'kong_request_latency_ms by service',
    ...router,
    answers,
  },
  {
    file: 'kong-2.documented.prom',
    preset: 'kong',
    requests: 'kong_http_status by service',
    latency: 'kong_latency by service',
    ...router,
    answers,
  },
  {
    file: 'knative.documented.prom',
    preset: 'knative',
    requests: 'kn_serving_invocation_duration_seconds_count',
    latency: 'kn_serving_invocation_duration_seconds',
    ...router,
    answers,
  },
  {
    file: 'knative-older.documented.prom',
    preset: 'knative',
    requests: 'revision_request_count',
    latency: 'revision_request_latencies',
    ...router,
    answers,
  },
  {
    file: 'vllm.documented.prom',
    preset: 'vllm',
    requests: 'http_requests_total',
    latency: 'vllm:e2e_request_latency_seconds',
    candidate: [50, 4],
    answers: { candidate: 40 },
    says: [/leaves failed requests out/],
  },
  {
    file: 'sglang.documented.prom',
    preset: 'sglang',
    requests: 'sglang:num_requests_total',
    latency: 'sglang:e2e_request_latency_seconds',
    candidate: [50, 4],
    answers: { candidate: 46 },
    says: [/errors are counted in part.*gateway/],
  },
  {
    file: 'tgi.documented.prom',
    preset: 'tgi',
    requests: 'tgi_request_success',
    latency: 'tgi_request_duration',
    candidate: [44, 4],
    answers: { candidate: 40 },
  },
  {
    file: 'triton-2.51.0-pytriton-0.7.0.prom',
    preset: 'triton',
    requests: 'nv_inference_request_success',
    latency: 'nv_inference_request_duration_us',
    candidate: [58, 3],
    says: [
      /errors are counted in part.*TritonError.*gateway/,
      /^p95 cannot be had from Triton: mean only \(nv_inference_request_duration_us\)$/,
    ],
  },
  {
    file: 'triton-2.51.0-pytriton-0.7.0-summary-histogram.prom',
    preset: 'triton',
    requests: 'nv_inference_request_success',
    latency: 'nv_inference_request_summary_us',
    candidate: [50, 10],
    says: [/quantiles per pod only/],
  },
  {
    file: 'mlserver-1.7.1.prom',
    preset: 'mlserver',
    requests: 'rest_server_requests_total',
    latency: 'rest_server_request_duration_seconds',
    candidate: [53, 9],
    answers: { candidate: 53 },
  },
  {
    file: 'mlserver-1.7.1-parallel-batching.prom',
    preset: 'mlserver',
    requests: 'rest_server_requests_total',
    latency: 'rest_server_request_duration_seconds',
    candidate: [80, 10],
    answers: { candidate: 80 },
  },
  {
    file: 'torchserve-0.12.0.prom',
    preset: 'torchserve',
    requests: 'ts_inference_requests_total',
    latency: 'ts_inference_latency_microseconds',
    candidate: [62, 13],
    says: [/only with one model in a pod/, /^p95 cannot be had from TorchServe: mean only/],
  },
  {
    file: 'tensorflow-serving.documented.prom',
    preset: 'tensorflow-serving',
    requests: ':tensorflow:serving:request_count',
    latency: ':tensorflow:serving:request_latency',
    candidate: [50, 4],
    answers: { candidate: 40 },
  },
  {
    file: 'bentoml-1.4.39.prom',
    preset: 'bentoml',
    requests: 'bentoml_service_request_total',
    latency: 'bentoml_service_request_duration_seconds',
    candidate: [40, 10],
    answers: { candidate: 40 },
  },
  {
    file: 'bentoml-1.4.39-from-source.prom',
    preset: 'bentoml',
    requests: 'bentoml_service_request_total',
    latency: 'bentoml_service_request_duration_seconds',
    candidate: [70, 8],
    answers: { candidate: 70 },
  },
  {
    file: 'ray-serve-2.60.0.prom',
    preset: 'ray-serve',
    requests: 'ray_serve_num_http_requests_total',
    latency: 'ray_serve_http_request_latency_ms',
    candidate: [62, 9],
    answers: { candidate: 62 },
  },
  {
    file: 'kserve-0.21.0.prom',
    preset: 'kserve',
    requests: 'request_preprocess_seconds_count',
    latency: 'request_predict_seconds',
    candidate: [52, 0],
    answers: { candidate: 49 },
    says: [/^errors cannot be had from KServe.*gateway/],
  },
  {
    file: 'seldon.documented.prom',
    preset: 'seldon',
    requests: 'seldon_model_infer_total',
    latency: 'seldon_model_infer_seconds_total',
    candidate: [52, 12],
    stable: [110, 4],
    says: [/^p95 cannot be had from Seldon Core 2: mean only/],
  },
  {
    file: 'litellm-1.106.2.prom',
    preset: 'litellm',
    requests: 'litellm_deployment_success_responses_total by model_id',
    latency: 'litellm_llm_api_latency_metric by model_id',
    candidate: [27, 5],
    stable: [29, 1],
    answers: { candidate: 20, stable: 24 },
    arms: armsOf('rev-v1', 'rev-v2'),
    says: [/leaves failed requests out/],
  },
  {
    file: 'envoy-ai-gateway.documented.prom',
    preset: 'envoy-ai-gateway',
    requests: 'gen_ai_server_request_duration_seconds_count',
    latency: 'gen_ai_server_request_duration_seconds',
    ...router,
    answers,
  },
  {
    file: 'nim.documented.prom',
    preset: 'nim',
    requests: 'request_success_total',
    latency: 'e2e_request_latency_seconds',
    candidate: [50, 4],
    answers: { candidate: 46 },
  },
  {
    file: 'digits-server.prom',
    preset: 'http',
    requests: 'model_requests_total, code',
    latency: 'model_request_duration_seconds',
    candidate: [50, 7],
    answers: { candidate: 50 },
  },
  {
    file: 'http-fastapi.documented.prom',
    preset: 'http',
    requests: 'http_requests_total, status',
    latency: 'http_request_duration_seconds',
    candidate: [50, 4],
    answers: { candidate: 50 },
  },
  {
    file: 'http-opentelemetry.documented.prom',
    preset: 'http',
    requests: 'http_server_request_duration_seconds_count, http_response_status_code',
    latency: 'http_server_request_duration_seconds',
    candidate: [50, 4],
    answers: { candidate: 50 },
  },
];
