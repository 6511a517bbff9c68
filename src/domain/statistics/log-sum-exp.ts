/** ln(sum of exp(x)) without overflow; -Infinity for an empty list. */
export function logSumExp(values: readonly number[]): number {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** ln(exp(a) + exp(b)) without overflow. */
export const logAddExp = (a: number, b: number): number => logSumExp([a, b]);
