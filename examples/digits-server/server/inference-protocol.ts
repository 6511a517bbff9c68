import { digitCount, maxPixel, pixelCount } from '../dataset.ts';
import type { Prediction } from '../model/model.ts';
import { invalid } from './request-error.ts';

/** Most images in one request: enough for the whole data set in two requests, and a bound on what one request costs. */
export const maxBatch = 1_024;

export const inputMetadata = [{ name: 'pixels', datatype: 'FP32', shape: [-1, pixelCount] }];
export const outputMetadata = [
  { name: 'digit', datatype: 'INT64', shape: [-1] },
  { name: 'probabilities', datatype: 'FP32', shape: [-1, digitCount] },
];

const inputName = 'pixels';
const inputDatatypes = ['FP32', 'UINT8'];
const outputNames = outputMetadata.map((output) => output.name);

/** An inference request of the Open Inference Protocol v2 that was checked. */
export interface InferenceRequest {
  readonly id: string | undefined;
  /** One entry of 64 pixels per image. */
  readonly images: readonly number[][];
  /** The outputs that the client asked for; all when it named none. */
  readonly outputs: readonly string[];
}

/** Reads a request body; throws a `RequestError` 400 that names field, found and accepted. */
export function parseInferenceRequest(text: string): InferenceRequest {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid('body', text, 'a JSON object');
  }
  if (!isObject(body)) throw invalid('body', body, 'a JSON object');
  const { id, inputs, outputs } = body;
  if (id !== undefined && typeof id !== 'string') throw invalid('id', id, 'a text');
  if (!Array.isArray(inputs) || inputs.length !== 1) {
    throw invalid(
      'inputs',
      Array.isArray(inputs) ? `${inputs.length} tensors` : inputs,
      `one tensor, named "${inputName}"`,
    );
  }
  return { id, images: parseImages(inputs[0]), outputs: parseOutputs(outputs) };
}

function parseImages(tensor: unknown): number[][] {
  const field = 'inputs[0]';
  if (!isObject(tensor)) throw invalid(field, tensor, 'a tensor object');
  const { name, datatype, shape, data } = tensor;
  if (name !== inputName) throw invalid(`${field}.name`, name, `"${inputName}"`);
  if (!inputDatatypes.includes(datatype as string))
    throw invalid(`${field}.datatype`, datatype, inputDatatypes.join(' or '));
  const rows: unknown = Array.isArray(shape) ? shape[0] : undefined;
  const sound = Array.isArray(shape) && shape.length === 2 && shape[1] === pixelCount && isCount(rows);
  if (!sound || !isCount(rows))
    throw invalid(`${field}.shape`, shape, `[n, ${pixelCount}] with n from 1 to ${maxBatch}`);
  if (!Array.isArray(data))
    throw invalid(`${field}.data`, data, `${rows * pixelCount} numbers, flat or as ${rows} rows`);
  // The protocol allows both the flat form and one array per row.
  const values: unknown[] = data.flat();
  if (values.length !== rows * pixelCount) {
    throw invalid(
      `${field}.data`,
      `${values.length} values`,
      `${rows * pixelCount} numbers, as its shape says`,
    );
  }
  const whole = datatype === 'UINT8';
  values.forEach((value, index) => {
    if (!isPixel(value, whole)) {
      throw invalid(
        `${field}.data[${index}]`,
        value,
        `${whole ? 'a whole number' : 'a number'} from 0 to ${maxPixel}`,
      );
    }
  });
  return Array.from(
    { length: rows },
    (_, row) => values.slice(row * pixelCount, (row + 1) * pixelCount) as number[],
  );
}

function parseOutputs(outputs: unknown): string[] {
  if (outputs === undefined) return outputNames;
  if (!Array.isArray(outputs)) throw invalid('outputs', outputs, 'a list of objects with a name');
  if (outputs.length === 0) return outputNames;
  return outputs.map((output: unknown, index) => {
    const name = isObject(output) ? output['name'] : output;
    if (typeof name === 'string' && outputNames.includes(name)) return name;
    throw invalid(`outputs[${index}].name`, name, outputNames.map((known) => `"${known}"`).join(' or '));
  });
}

/** The body of an answer: one tensor for each output that was asked for. */
export function inferenceResponse(
  model: { readonly name: string; readonly version: string },
  request: InferenceRequest,
  predictions: readonly Prediction[],
): Record<string, unknown> {
  const rows = predictions.length;
  const tensors: Record<string, unknown> = {
    digit: {
      name: 'digit',
      datatype: 'INT64',
      shape: [rows],
      data: predictions.map((prediction) => prediction.digit),
    },
    probabilities: {
      name: 'probabilities',
      datatype: 'FP32',
      shape: [rows, digitCount],
      data: predictions.flatMap((prediction) =>
        Array.from(prediction.probabilities, (p) => Number(p.toFixed(6))),
      ),
    },
  };
  return {
    model_name: model.name,
    model_version: model.version,
    ...(request.id === undefined ? {} : { id: request.id }),
    outputs: request.outputs.map((name) => tensors[name]),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxBatch;
}

function isPixel(value: unknown, whole: boolean): boolean {
  return typeof value === 'number' && value >= 0 && value <= maxPixel && (!whole || Number.isInteger(value));
}
