/** A straight line through measured points, by least squares. */
export interface LinearFit {
  /** In units of y for one unit of x. */
  slope: number;
  intercept: number;
  /** The standard error of the slope; NaN for two points, which have none. */
  slopeError: number;
}

/**
 * Ordinary least squares; the error of the slope is the residual standard deviation over the root of the sum of squares of x. Throws for
 * less than two different x, through which no line goes.
 */
export function linearFit(points: readonly { x: number; y: number }[]): LinearFit {
  const count = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const sumXX = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(sumXX > 0)) throw new Error('a line needs two points with different x');
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / sumXX;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  return { slope, intercept, slopeError: Math.sqrt(residual / (count - 2) / sumXX) };
}
