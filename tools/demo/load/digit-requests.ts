import { loadDigits, pixelCount, type DigitRow } from '../../../examples/digits-server/dataset.ts';

/** One request to send, and the right answer. */
export interface DigitRequest {
  readonly body: string;
  readonly digit: number;
}

/** The data set as inference requests of the Open Inference Protocol v2, one image each. */
export function digitRequests(rows: readonly DigitRow[] = loadDigits()): DigitRequest[] {
  return rows.map((row) => ({
    digit: row.digit,
    body: JSON.stringify({
      inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [1, pixelCount], data: row.pixels }],
      outputs: [{ name: 'digit' }],
    }),
  }));
}
