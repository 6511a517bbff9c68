/** A share of the traffic in percent: `12.5 %`. */
export const percentWords = (percent: number): string => `${Number(percent.toFixed(1))} %`;

/** A share from 0 to 1 in percent, with as many digits as tell it from zero: `0.04 %`, `1.2 %`, `37 %`. */
export function shareWords(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.01) return '< 0.01 %';
  return `${Number(percent.toPrecision(percent < 1 ? 1 : percent < 99.5 ? 2 : 3))} %`;
}

/** A whole number with thin groups, the same for everybody: `12,345`. Fractions of a request are not worth a digit. */
export const countWords = (count: number): string => Math.round(count).toLocaleString('en-US');

/** A number of any size in at most four digits: `0.0123`, `512`, `1.2e+6`. */
export function valueWords(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1);
  return size >= 1_000 ? countWords(value) : String(Number(value.toPrecision(3)));
}

/** `1 pod`, `2 pods`. */
export const pluralWords = (count: number, one: string, many = `${one}s`): string =>
  `${countWords(count)} ${count === 1 ? one : many}`;
