const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** The number that a quantity of Kubernetes stands for: `500m` is 0.5, `1Gi` is 2^30; undefined for what is none. */
export function quantityOf(text: string | number): number | undefined {
  const [, number, exponent, unit = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]i?|Ki)?)$/.exec(String(text)) ?? [];
  const factor = factors[unit];
  return number === undefined || factor === undefined
    ? undefined
    : Number(`${number}${exponent ?? ''}`) * factor;
}

/** A number of a resource for people: memory in Gi or Mi, everything else as it is. */
export function amountWords(resource: string, amount: number): string {
  if (!/memory|storage/.test(resource)) return String(Number(amount.toFixed(3)));
  const gi = amount / 2 ** 30;
  return gi >= 1 ? `${Number(gi.toFixed(1))}Gi` : `${Math.round(amount / 2 ** 20)}Mi`;
}
