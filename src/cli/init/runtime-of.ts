import type { PresetName } from '../../api/preset-names.ts';
import { partOf } from '../convert/conversion.ts';
import { isRecord } from '../convert/source-node.ts';

/**
 * How model servers show in an image or in what is run in it, the more special first: an image of NVIDIA NIM may well start vLLM, and
 * MLServer comes in an image of Seldon.
 */
const traces: readonly (readonly [PresetName, RegExp])[] = [
  ['nim', /(^|\/)nvcr\.io\/nim\/|(^|\s)\/opt\/nim\//],
  ['litellm', /litellm/],
  ['sglang', /sglang/],
  ['vllm', /vllm/],
  ['tgi', /text-generation-(inference|launcher)/],
  ['triton', /tritonserver/],
  ['mlserver', /mlserver/],
  ['torchserve', /torchserve/],
  ['tensorflow-serving', /tensorflow\/serving|tensorflow_model_server/],
  ['bentoml', /bentoml/],
  ['ray-serve', /(^|\/)rayproject\/ray|(^|\s)serve run(\s|$)/],
  ['kserve', /(^|\/)kserve\//],
];

/** The model server that a pod template shows by the images, commands and arguments of its containers; undefined where it shows none. */
export function runtimeOf(template: unknown): PresetName | undefined {
  const texts = textsOf(template).map((text) => text.toLowerCase());
  const [found] = traces.find(([, pattern]) => texts.some((text) => pattern.test(text))) ?? [];
  return found;
}

/** The model that a server is told to serve, as vLLM, SGLang and Text Generation Inference take it; undefined where nobody says so. */
export function servedModel(template: unknown): string | undefined {
  const [, model] = textsOf(template)
    .map((text) => /(?:^|\s)--model(?:-id|-path|-name)?[=\s]([^\s-]\S*)/.exec(text))
    .find((match) => match !== null) ?? [undefined, undefined];
  return model !== undefined && model.length <= 253 ? model : undefined;
}

/** Image, command and arguments of each container. */
function textsOf(template: unknown): string[] {
  const containers = partOf(template, 'spec', 'containers');
  return (Array.isArray(containers) ? containers.filter(isRecord) : []).map(({ image, command, args }) =>
    [image, command, args].flat().filter(Boolean).join(' '),
  );
}
