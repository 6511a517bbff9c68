import type { QueryResult } from '../../domain/analysis/measurement.ts';

/** How a Prometheus can misbehave when it is asked. */
export type AnswerFault =
  /** Nobody answers. */
  | { kind: 'unreachable' }
  /** It answers with 503. */
  | { kind: 'serverError' }
  /** It answers so much later, which may be longer than anybody waits. */
  | { kind: 'slow'; byMs: number }
  /** It finds nothing. */
  | { kind: 'empty' }
  /** Every number is NaN. */
  | { kind: 'nan' }
  /** It gives every raw sample twice, and the newest first. */
  | { kind: 'duplicated' };

/** What becomes of a right answer; faults that prevent an answer are not among these. */
export function distorted(result: QueryResult, fault: AnswerFault | undefined): QueryResult {
  const { warnings } = result;
  switch (fault?.kind) {
    case 'empty':
      return { kind: 'empty', warnings };
    case 'nan':
      if (result.kind === 'value') return { kind: 'nan', value: 'NaN', warnings };
      if (result.kind === 'vector') {
        return { ...result, series: result.series.map((series) => ({ ...series, value: NaN })) };
      }
      if (result.kind !== 'matrix') return result;
      return {
        ...result,
        series: result.series.map(({ labels, samples }) => ({
          labels,
          samples: samples.map(([timeMs]) => [timeMs, NaN] as const),
        })),
      };
    case 'duplicated':
      if (result.kind !== 'matrix') return result;
      return {
        ...result,
        series: result.series.map(({ labels, samples }) => ({
          labels,
          samples: [...samples].reverse().flatMap((sample) => [sample, sample]),
        })),
      };
    default:
      return result;
  }
}
