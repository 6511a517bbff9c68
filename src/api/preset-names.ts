/** How requests are counted: names of presets, in the order of the documentation. */
export const presetNames = [
  'contour-envoy',
  'envoy-gateway',
  'istio',
  'linkerd',
  'traefik',
  'nginx',
  'kong',
  'knative',
  'vllm',
  'sglang',
  'tgi',
  'triton',
  'mlserver',
  'torchserve',
  'tensorflow-serving',
  'bentoml',
  'ray-serve',
  'kserve',
  'seldon',
  'litellm',
  'envoy-ai-gateway',
  'nim',
  'http',
] as const;

export type PresetName = (typeof presetNames)[number];
