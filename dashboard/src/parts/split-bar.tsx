import { percentWords } from '../words/numbers.ts';

/** A share of the candidate as one bar: striped is the candidate, plain the stable revision, so that no colour has to be seen. A mark says what was decided. */
export function SplitBar({ candidate, mark }: { candidate: number; mark?: number | undefined }) {
  return (
    <svg
      class="split-bar"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="stable" width="100" height="10" />
      <rect class="candidate" x={100 - candidate} width={candidate} height="10" />
      <rect class="stripes" x={100 - candidate} width={candidate} height="10" fill="url(#stripes)" />
      {mark !== undefined && Math.abs(mark - candidate) > 0.5 && (
        <rect class="mark" x={Math.min(99, 100 - mark)} width="1" height="10" />
      )}
    </svg>
  );
}

/** The pattern of the candidate, once for the page. */
export const SplitPattern = () => (
  <svg class="visually-hidden" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="stripes" width="2" height="10" patternUnits="userSpaceOnUse">
        <rect width="0.7" height="10" class="stripe" />
      </pattern>
    </defs>
  </svg>
);

/** A row of the detail: which share, the bar, and the number. */
export const SplitLine = ({
  what,
  share,
  note,
}: {
  what: string;
  share: number | undefined;
  note?: string;
}) => (
  <div class="split-line">
    <span class="what">{what}</span>
    {share === undefined ? <span class="no-bar">not known</span> : <SplitBar candidate={share} />}
    <span class="number">{share === undefined ? '–' : percentWords(share)}</span>
    {note && <span class="note">{note}</span>}
  </div>
);
