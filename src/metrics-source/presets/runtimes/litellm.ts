import type {
  ArmLabels,
  LatencySeries,
  NamedSeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

/** One proxy for both revisions names the deployment; a proxy in each pod is known by its pod. */
const byModelId: ArmLabels = { model_id: '{service}|{revision}' };

const byDeployment = [
  ...['api_base', 'api_key_alias', 'api_provider', 'client_ip', 'hashed_api_key', 'litellm_model_name'],
  ...['model_group', 'requested_model', 'team', 'team_alias', 'user_agent'],
];
const byCaller = [
  ...['api_key_alias', 'api_provider', 'end_user', 'hashed_api_key', 'model', 'model_group', 'org_alias'],
  ...['org_id', 'requested_model', 'service_tier', 'team', 'team_alias', 'user'],
];
const ofADeployment = { model_id: '.+' };

const requests = (arms: ArmLabels, id: string, total: string): RequestCounters => ({
  id,
  arms,
  series: [
    {
      name: `litellm_deployment_success_responses${total}`,
      labels: arms === byPod ? [...byDeployment, 'model_id'] : byDeployment,
      where: ofADeployment,
      failed: 'none',
    },
    {
      name: `litellm_deployment_failure_responses${total}`,
      labels: [
        ...(arms === byPod ? [...byDeployment, 'model_id'] : byDeployment),
        ...['exception_class', 'exception_status'],
      ],
      where: ofADeployment,
      failed: { label: 'exception_status', pattern: '5..|408' },
    },
  ],
  ...(arms === byPod && { alive }),
});

const latency = (arms: ArmLabels, id: string): LatencySeries => ({
  id,
  metric: 'litellm_llm_api_latency_metric',
  arms,
  kind: 'histogram',
  unit: 's',
  labels: arms === byPod ? [...byCaller, 'model_id'] : byCaller,
  where: ofADeployment,
  ...(arms === byPod && { alive }),
  leavesOutFailures: true,
});

const named = (rest: Pick<NamedSeries, 'id'> & Record<string, unknown>): NamedSeries[] =>
  [byModelId, byPod].map((arms) => ({ arms, ...rest }) as NamedSeries);

export const litellm: PresetData = {
  name: 'litellm',
  title: 'LiteLLM',
  layer: 'runtime',
  scrape: {
    port: '4000',
    path: '/metrics/',
    needs: '`callbacks: ["prometheus"]`, and the master key or `require_auth_for_metrics_endpoint: false`',
  },
  versionLabel: { label: 'model_id', but: 'only where it is set to the revision or its Service' },
  requests: [
    requests(byModelId, 'litellm_deployment_success_responses_total by model_id', '_total'),
    requests(byPod, 'litellm_deployment_success_responses_total by pod', '_total'),
    requests(byModelId, 'litellm_deployment_success_responses by model_id', ''),
  ],
  latency: [
    latency(byModelId, 'litellm_llm_api_latency_metric by model_id'),
    latency(byPod, 'litellm_llm_api_latency_metric by pod'),
  ],
  named: {
    timeToFirstToken: named({
      id: 'litellm_llm_api_time_to_first_token_metric',
      kind: 'histogram',
      unit: 's',
    }),
    interTokenLatency: named({
      id: 'litellm_deployment_latency_per_output_token',
      kind: 'histogram',
      unit: 's',
    }),
    tokensPerSecond: named({ id: 'litellm_output_tokens_metric_total', kind: 'rate' }),
    costPer1kTokens: named({
      id: 'litellm_spend_metric_total',
      kind: 'spend',
      tokens: 'litellm_output_tokens_metric_total',
    }),
  },
  caveats: [
    'With retries, callers see successes while a deployment fails, and after its first failures it gets no requests for a while: its sample stays tiny. The series of deployments are read, and those of the proxy are not.',
    'A rate limit (429) and other faults of the caller do not count as failed.',
    'Faults that no deployment was asked about have no `model_id`, and are in no count.',
    'A scrape without the key is itself counted as a failed request of the proxy.',
    'Names changed between releases, and some documentation leaves `_total` out.',
  ],
};
