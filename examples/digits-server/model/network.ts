/** One fully connected layer. `weights[input * outputs + output]`; every layer but the last is followed by a ReLU. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Weighted sums of one layer, before any activation. */
export function affine(layer: Layer, input: Float64Array): Float64Array {
  const { outputs, weights } = layer;
  const sums = Float64Array.from(layer.bias);
  for (let i = 0; i < layer.inputs; i++) {
    const value = input[i] as number;
    if (value === 0) continue; // most of an image is paper, and a ReLU leaves many zeros
    const row = i * outputs;
    for (let o = 0; o < outputs; o++) sums[o] = (sums[o] as number) + value * (weights[row + o] as number);
  }
  return sums;
}

/** Replaces negative values by zero, in place. */
export function relu(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < 0) values[i] = 0;
  return values;
}

/** Turns scores into probabilities that sum to 1, in place. */
export function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp((scores[i] as number) - highest);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
  return scores;
}

/** What each layer gives for one input: hidden layers after their ReLU, the last one as probabilities. */
export function activations(layers: readonly Layer[], input: Float64Array): Float64Array[] {
  const result: Float64Array[] = [];
  let current = input;
  layers.forEach((layer, index) => {
    const sums = affine(layer, current);
    current = index < layers.length - 1 ? relu(sums) : softmax(sums);
    result.push(current);
  });
  return result;
}

/** The probability of each class for one input. */
export function probabilities(layers: readonly Layer[], input: Float64Array): Float64Array {
  return activations(layers, input).at(-1) ?? input;
}

/** The index of the highest value; the first one of equals. */
export function argmax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
