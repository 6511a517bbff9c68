import { argmax, probabilities, type Layer } from './network.ts';
import { preprocess, type Preprocessing } from './preprocessing.ts';

/** A trained classifier of digits, ready to answer. */
export interface Model {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly preprocessing: Preprocessing;
  readonly layers: readonly Layer[];
}

export interface Prediction {
  readonly digit: number;
  readonly probabilities: Float64Array;
}

/** Classifies one image of 64 pixels. Throws `PreprocessingError` where the model's preprocessing cannot handle it. */
export function predict(model: Model, pixels: ArrayLike<number>): Prediction {
  const result = probabilities(model.layers, preprocess(model.preprocessing, pixels));
  return { digit: argmax(result), probabilities: result };
}
