import { readFileSync } from 'node:fs';
import type { Layer } from './network.ts';
import type { Preprocessing } from './preprocessing.ts';
import type { Model } from './model.ts';
import { digitCount, pixelCount } from '../dataset.ts';

/** A model file that is missing, or does not hold a model. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}

const weightDecimals = 3;

/** The folder of the committed models, `<name>-v<version>.json`. */
export const modelsFolder = new URL('../models/', import.meta.url);

/** Where the weights of a version are. */
export function modelFile(name: string, version: string, folder: URL = modelsFolder): URL {
  return new URL(`${encodeURIComponent(name)}-v${encodeURIComponent(version)}.json`, folder);
}

interface StoredLayer {
  inputs: number;
  outputs: number;
  weights: number[];
  bias: number[];
}

/** The file's text: weights rounded to three decimals: the file stays small, and the accuracy is measured on what is written. */
export function serializeModel(model: Model): string {
  const { layers, ...rest } = model;
  const head = JSON.stringify(rest).slice(0, -1);
  const rows = layers.map((layer) =>
    JSON.stringify({
      inputs: layer.inputs,
      outputs: layer.outputs,
      weights: rounded(layer.weights),
      bias: rounded(layer.bias),
    }),
  );
  return `${head},"layers":[\n${rows.join(',\n')}\n]}\n`;
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Number(value.toFixed(weightDecimals)) + 0);
}

/** Reads a model file and checks that its layers fit together. */
export function loadModel(file: URL): Model {
  const where = decodeURIComponent(file.pathname);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ModelFileError(`model file ${where} cannot be read: ${String(error)}`, { cause: error });
  }
  return parseModel(text, where);
}

/** The model in a file's text; `where` names the file in errors. */
export function parseModel(text: string, where: string): Model {
  let stored: Record<string, unknown>;
  try {
    stored = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new ModelFileError(`model file ${where} is not JSON: ${String(error)}`, { cause: error });
  }
  const demand = (field: string, accepted: string, sound: boolean, found: unknown) => {
    if (sound) return;
    throw new ModelFileError(
      `model file ${where}: ${field}: found ${JSON.stringify(found)}, accepted ${accepted}`,
    );
  };
  for (const field of ['name', 'version', 'description']) {
    demand(field, 'a text', typeof stored[field] === 'string', stored[field]);
  }
  const preprocessing = stored['preprocessing'] as Preprocessing | undefined;
  demand(
    'preprocessing.kind',
    '"scale" or "contrast"',
    ['scale', 'contrast'].includes(preprocessing?.kind ?? ''),
    preprocessing?.kind,
  );
  demand(
    'layers',
    'at least one layer',
    Array.isArray(stored['layers']) && stored['layers'].length > 0,
    stored['layers'],
  );
  let inputs = pixelCount;
  const layers = (stored['layers'] as StoredLayer[]).map((layer, index): Layer => {
    demand(`layers[${index}].inputs`, String(inputs), layer.inputs === inputs, layer.inputs);
    const count = layer.inputs * layer.outputs;
    demand(
      `layers[${index}].weights`,
      `${count} numbers`,
      layer.weights?.length === count,
      layer.weights?.length,
    );
    demand(
      `layers[${index}].bias`,
      `${layer.outputs} numbers`,
      layer.bias?.length === layer.outputs,
      layer.bias?.length,
    );
    inputs = layer.outputs;
    return { ...layer, weights: Float64Array.from(layer.weights), bias: Float64Array.from(layer.bias) };
  });
  demand('the last layer', `${digitCount} outputs`, inputs === digitCount, inputs);
  return {
    name: stored['name'] as string,
    version: stored['version'] as string,
    description: stored['description'] as string,
    preprocessing: preprocessing as Preprocessing,
    layers,
  };
}
