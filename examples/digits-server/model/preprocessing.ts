/** What happens to the pixels before the network sees them. It is part of the model and is stored with its weights. */
export type Preprocessing = Scale | ContrastNormalisation;

/** Pixels divided by `divisor`. */
export interface Scale {
  readonly kind: 'scale';
  readonly divisor: number;
}

/**
 * Scales pixels, and makes pale and bold handwriting look alike: the image's ink (the sum of its pixels) is put into a
 * level of `levelWidth`, and the gain of that level is looked up in a table that was made from a calibration batch.
 */
export interface ContrastNormalisation {
  readonly kind: 'contrast';
  readonly divisor: number;
  readonly levelWidth: number;
  readonly gainByLevel: Readonly<Record<string, number>>;
}

/** An input that the model's preprocessing cannot handle: the model's fault, not the client's. */
export class PreprocessingError extends Error {
  override readonly name = 'PreprocessingError';
}

/** The network's input for one image. Throws `PreprocessingError` where the preprocessing has no answer. */
export function preprocess(preprocessing: Preprocessing, pixels: ArrayLike<number>): Float64Array {
  const factor = gain(preprocessing, pixels) / preprocessing.divisor;
  return Float64Array.from(pixels, (value) => value * factor);
}

function gain(preprocessing: Preprocessing, pixels: ArrayLike<number>): number {
  if (preprocessing.kind === 'scale') return 1;
  const level = inkLevel(pixels, preprocessing.levelWidth);
  const found = preprocessing.gainByLevel[level];
  // The bug of version 3: levels that the small calibration batch did not contain are not in the table.
  if (found === undefined) throw new PreprocessingError(`contrast table has no gain for ink level ${level}`);
  return found;
}

function inkLevel(pixels: ArrayLike<number>, levelWidth: number): number {
  return Math.floor(ink(pixels) / levelWidth);
}

function ink(pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += pixels[i] as number;
  return sum;
}

/** Makes the contrast table from a calibration batch: each level's gain brings its mean ink to the mean of the batch. */
export function calibrateContrast(
  batch: readonly { readonly pixels: readonly number[] }[],
  divisor: number,
  levelWidth: number,
): ContrastNormalisation {
  const inks = batch.map((row) => ink(row.pixels));
  const mean = inks.reduce((a, b) => a + b, 0) / inks.length;
  const byLevel = new Map<number, number[]>();
  for (const value of inks) {
    const level = Math.floor(value / levelWidth);
    byLevel.set(level, [...(byLevel.get(level) ?? []), value]);
  }
  const gains = [...byLevel]
    .sort(([a], [b]) => a - b)
    .map(([level, values]): [string, number] => {
      const levelMean = values.reduce((a, b) => a + b, 0) / values.length;
      return [String(level), Number((mean / levelMean).toFixed(3))];
    });
  return { kind: 'contrast', divisor, levelWidth, gainByLevel: Object.fromEntries(gains) };
}
