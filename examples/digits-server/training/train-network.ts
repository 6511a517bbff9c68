import { activations, type Layer } from '../model/network.ts';
import { gaussian, shuffle } from './random.ts';

/** One example: the network's input and the class that it should name. */
export interface Example {
  readonly input: Float64Array;
  readonly label: number;
}

export interface TrainingOptions {
  /** Units of each layer from the input to the classes: [64, 10] is a linear model, [64, 32, 10] has a hidden layer. */
  readonly sizes: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Strength of the pull of each weight towards zero, per step (L2). */
  readonly weightDecay: number;
  readonly random: () => number;
}

/** A layer with the sums that training keeps for each of its weights. */
interface TrainableLayer {
  readonly layer: Layer;
  readonly weights: AdamState;
  readonly bias: AdamState;
}

interface AdamState {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Trains a fully connected network on the cross-entropy of its softmax by mini-batches with Adam. With no hidden layer
 * that is multinomial logistic regression. The same examples and the same `random` give the same weights.
 */
export function trainNetwork(examples: readonly Example[], options: TrainingOptions): Layer[] {
  const network = initialise(options.sizes, options.random);
  const layers = network.map((trainable) => trainable.layer);
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = shuffle(examples, options.random);
    // A falling rate lets the last epochs settle instead of jumping around the optimum.
    const learningRate = options.learningRate * (1 - epoch / options.epochs);
    for (let start = 0; start < order.length; start += options.batchSize) {
      const batch = order.slice(start, start + options.batchSize);
      for (const example of batch) accumulate(network, layers, example);
      step++;
      for (const { weights, bias } of network) {
        update(weights, batch.length, learningRate, options.weightDecay, step);
        update(bias, batch.length, learningRate, 0, step);
      }
    }
  }
  return layers;
}

function initialise(sizes: readonly number[], random: () => number): TrainableLayer[] {
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index] as number;
    const scale = Math.sqrt(2 / inputs);
    const weights = adamState(
      Float64Array.from({ length: inputs * outputs }, () => gaussian(random) * scale),
    );
    const bias = adamState(new Float64Array(outputs));
    return { layer: { inputs, outputs, weights: weights.values, bias: bias.values }, weights, bias };
  });
}

function adamState(values: Float64Array): AdamState {
  const { length } = values;
  return {
    values,
    gradient: new Float64Array(length),
    mean: new Float64Array(length),
    variance: new Float64Array(length),
  };
}

/** Adds one example's gradient by backpropagation. */
function accumulate(network: readonly TrainableLayer[], layers: readonly Layer[], example: Example): void {
  const outputs = activations(layers, example.input);
  // For softmax with cross-entropy the error of a class is its probability, less 1 for the right class.
  let error = Float64Array.from(outputs.at(-1) as Float64Array);
  error[example.label] = (error[example.label] as number) - 1;
  for (let index = network.length - 1; index >= 0; index--) {
    const { layer, weights, bias } = network[index] as TrainableLayer;
    const input = index > 0 ? (outputs[index - 1] as Float64Array) : example.input;
    const inputError = new Float64Array(layer.inputs);
    for (let o = 0; o < layer.outputs; o++)
      bias.gradient[o] = (bias.gradient[o] as number) + (error[o] as number);
    for (let i = 0; i < layer.inputs; i++) {
      const value = input[i] as number;
      if (value === 0) continue; // no gradient for its weights; as a ReLU's output, none behind it either
      const row = i * layer.outputs;
      let sum = 0;
      for (let o = 0; o < layer.outputs; o++) {
        const errorOfOutput = error[o] as number;
        weights.gradient[row + o] = (weights.gradient[row + o] as number) + value * errorOfOutput;
        sum += errorOfOutput * (layer.weights[row + o] as number);
      }
      inputError[i] = sum;
    }
    error = inputError;
  }
}

/** One step of Adam on the mean gradient of the batch; leaves the gradient at zero for the next batch. */
function update(state: AdamState, batchSize: number, rate: number, weightDecay: number, step: number): void {
  const { values, gradient, mean, variance } = state;
  const meanCorrection = 1 - 0.9 ** step;
  const varianceCorrection = 1 - 0.999 ** step;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const slope = (gradient[i] as number) / batchSize + weightDecay * value;
    const m = (mean[i] = 0.9 * (mean[i] as number) + 0.1 * slope);
    const v = (variance[i] = 0.999 * (variance[i] as number) + 0.001 * slope * slope);
    values[i] = value - (rate * (m / meanCorrection)) / (Math.sqrt(v / varianceCorrection) + 1e-8);
    gradient[i] = 0;
  }
}
