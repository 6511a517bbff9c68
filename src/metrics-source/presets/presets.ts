import type { PresetData } from '../../domain/analysis/presets/preset-data.ts';
import { contourEnvoy } from './gateways/contour-envoy.ts';
import { envoyGateway } from './gateways/envoy-gateway.ts';
import { istio } from './gateways/istio.ts';
import { knative } from './gateways/knative.ts';
import { kong } from './gateways/kong.ts';
import { linkerd } from './gateways/linkerd.ts';
import { nginx } from './gateways/nginx.ts';
import { traefik } from './gateways/traefik.ts';
import { bentoml } from './runtimes/bentoml.ts';
import { envoyAiGateway } from './runtimes/envoy-ai-gateway.ts';
import { http } from './runtimes/http.ts';
import { kserve } from './runtimes/kserve.ts';
import { litellm } from './runtimes/litellm.ts';
import { mlserver } from './runtimes/mlserver.ts';
import { nim } from './runtimes/nim.ts';
import { rayServe } from './runtimes/ray-serve.ts';
import { seldon } from './runtimes/seldon.ts';
import { sglang } from './runtimes/sglang.ts';
import { tensorflowServing } from './runtimes/tensorflow-serving.ts';
import { tgi } from './runtimes/tgi.ts';
import { torchserve } from './runtimes/torchserve.ts';
import { triton } from './runtimes/triton.ts';
import { vllm } from './runtimes/vllm.ts';

export const routers: readonly PresetData[] = [
  contourEnvoy,
  envoyGateway,
  istio,
  linkerd,
  traefik,
  nginx,
  kong,
  knative,
];

/** Those that several programs could be taken for come last. */
export const runtimes: readonly PresetData[] = [
  vllm,
  sglang,
  tgi,
  triton,
  mlserver,
  torchserve,
  tensorflowServing,
  bentoml,
  rayServe,
  kserve,
  seldon,
  litellm,
  envoyAiGateway,
  nim,
  http,
];

/** How the implementation behind a GatewayClass counts requests; undefined where nobody knows. */
export const routerPreset = (controllerName: string): PresetData | undefined =>
  routers.find(({ controllers }) => controllers?.includes(controllerName));

/** The presets that come into question: the named one, or the router's, or those of all runtimes. The best first. */
export function presetsFor(name: string, router: PresetData | undefined): readonly PresetData[] {
  if (name !== 'auto') return [...routers, ...runtimes].filter((preset) => preset.name === name);
  if (!router) return runtimes;
  return router.needsSetup === undefined ? [router] : [router, ...runtimes];
}

/** The model servers that measures of language models are taken from: the named one, or all. */
export function measuring(name: string): readonly PresetData[] {
  const named = runtimes.filter((preset) => preset.name === name);
  return named.length > 0 ? named : runtimes;
}
