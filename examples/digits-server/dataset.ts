import { readFileSync } from 'node:fs';
import { seededRandom, shuffle } from './training/random.ts';

/** Rows and columns of one image. */
export const imageSide = 8;
/** Pixels of one image, row-major. */
export const pixelCount = imageSide * imageSide;
/** Pixels go from 0 (paper) to this (ink). */
export const maxPixel = 16;
export const digitCount = 10;

/** One labelled image of the data set. */
export interface DigitRow {
  readonly pixels: readonly number[];
  readonly digit: number;
}

const csv = new URL('./data/digits.csv', import.meta.url);

/** Reads the 1,797 labelled images, in the order of the file. A damaged row is an error that names its line. */
export function loadDigits(file: URL = csv): DigitRow[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').map(parseRow);
}

function parseRow(line: string, index: number): DigitRow {
  const values = line.split(',').map(Number);
  const pixels = values.slice(0, pixelCount);
  const digit = values[pixelCount];
  const sound =
    values.length === pixelCount + 1 &&
    pixels.every((value) => Number.isInteger(value) && value >= 0 && value <= maxPixel) &&
    digit !== undefined &&
    Number.isInteger(digit) &&
    digit >= 0 &&
    digit < digitCount;
  if (!sound) {
    throw new Error(
      `digits.csv line ${index + 1}: found "${line}", accepted ${pixelCount} whole numbers from 0 to ${maxPixel} and a digit`,
    );
  }
  return { pixels, digit };
}

/** Rows to learn from and rows that no training has seen. */
export interface Split {
  readonly train: readonly DigitRow[];
  readonly test: readonly DigitRow[];
}

/** The split that every number in the README is measured on. The same seed gives the same split. */
export function splitDigits(rows: readonly DigitRow[], testShare = 0.3, seed = 1): Split {
  const shuffled = shuffle(rows, seededRandom(seed));
  const testCount = Math.round(rows.length * testShare);
  return { test: shuffled.slice(0, testCount), train: shuffled.slice(testCount) };
}
