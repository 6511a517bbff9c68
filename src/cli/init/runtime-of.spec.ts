import { describe, expect, it } from '@jest/globals';
import { runtimes } from '../../metrics-source/presets/presets.ts';
import { promqlFault } from '../lint/warnings/queries.ts';
import { errorShareQuery } from './error-share-query.ts';
import { runtimeOf, servedModel } from './runtime-of.ts';

const template = (container: object) => ({ spec: { containers: [{ image: 'sidecar' }, container] } });

describe('the model server of a pod template', () => {
  it.each<[object, string | undefined]>([
    [{ image: 'vllm/vllm-openai:v0.9.1' }, 'vllm'],
    [
      { image: 'ghcr.io/own/python:3', command: ['python', '-m', 'vllm.entrypoints.openai.api_server'] },
      'vllm',
    ],
    [{ image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3', args: ['--engine', 'vllm'] }, 'nim'],
    [{ image: 'nvcr.io/nvidia/tritonserver:25.01-py3' }, 'triton'],
    [{ image: 'lmsysorg/sglang:latest' }, 'sglang'],
    [{ image: 'ghcr.io/huggingface/text-generation-inference:3' }, 'tgi'],
    [{ image: 'docker.io/seldonio/mlserver:1.6' }, 'mlserver'],
    [{ image: 'pytorch/torchserve:0.12' }, 'torchserve'],
    [{ image: 'tensorflow/serving:2.18' }, 'tensorflow-serving'],
    [{ image: 'own/server:1', command: ['tensorflow_model_server'] }, 'tensorflow-serving'],
    [{ image: 'rayproject/ray:2.40' }, 'ray-serve'],
    [{ image: 'own/api:1', command: ['serve', 'run', 'app:app'] }, 'ray-serve'],
    [{ image: 'kserve/sklearnserver:v0.15' }, 'kserve'],
    [{ image: 'ghcr.io/example/digits:1' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (container, expected) => {
    expect(runtimeOf(template(container))).toBe(expected);
  });

  it.each<[object, string | undefined]>([
    [{ args: ['--model', 'meta-llama/Llama-3.1-8B'] }, 'meta-llama/Llama-3.1-8B'],
    [{ args: ['--model-id=bigscience/bloom'] }, 'bigscience/bloom'],
    [{ command: ['sh', '-c', 'exec server --model-path /models/x --port 1'] }, '/models/x'],
    [{ args: ['--model', '--port'] }, undefined],
    [{ args: ['--models', 'x'] }, undefined],
  ])('serves what %j says', (container, expected) => {
    expect(servedModel(template(container))).toBe(expected);
  });
});

describe('the share of errors that a model server counts', () => {
  it('can be asked of those that count failures', () => {
    const queries = runtimes.map((preset) => ({ name: preset.name, query: errorShareQuery(preset) }));
    const asked = queries.filter(({ query }) => query !== undefined);
    expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(['vllm', 'tgi', 'http']));
    expect(
      asked.flatMap(({ name, query }) => (promqlFault(query!) ? [[name, promqlFault(query!)]] : [])),
    ).toEqual([]);
    for (const { query } of asked) expect(query).toContain('revision="{{ candidate.revision }}"');
  });

  it('is not made up for those that count none', () => {
    expect(errorShareQuery(runtimes.find(({ name }) => name === 'sglang')!)).toBeUndefined();
    expect(errorShareQuery({ ...runtimes[0]!, requests: [] })).toBeUndefined();
  });
});
