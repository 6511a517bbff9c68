import type { ErrorTrend } from '../../../src/dashboard-api/schemas.ts';
import { shareWords } from '../words/numbers.ts';

/** The line through points between 0 and `most`, in a box of 100 by 24; broken where there is nothing. */
export function linePath(values: readonly (number | null)[], most: number): string {
  const stepX = 100 / Math.max(1, values.length - 1);
  let path = '';
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value !== null)
      path += `${isDrawing ? 'L' : 'M'}${(index * stepX).toFixed(1)} ${(22 - (20 * value) / most).toFixed(1)}`;
    isDrawing = value !== null;
  });
  return path;
}

/** Errors lately: the candidate's line is solid, the stable revision's dashed. */
export function Sparkline({ trend }: { trend: ErrorTrend }) {
  const { candidate, stable, points } = trend;
  const most = Math.max(0.005, ...[...points.candidate, ...points.stable].map((value) => value ?? 0));
  return (
    <span class="trend">
      <svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="stable-line" d={linePath(points.stable, most)} />
        <path class="candidate-line" d={linePath(points.candidate, most)} />
      </svg>
      <span class="number">
        {candidate !== undefined && (
          <span class="of-candidate">
            <span class="visually-hidden">candidate </span>
            {shareWords(candidate)}
          </span>
        )}
        {stable !== undefined && (
          <span class="of-stable">
            <span class="visually-hidden">stable </span>
            {shareWords(stable)}
          </span>
        )}
      </span>
    </span>
  );
}
