import type { Live } from '../live/live.ts';
import type { Staleness } from '../live/staleness.ts';
import { Icon } from './icon.tsx';
import { Since, SinceHere } from './ticking.tsx';

type Shown = Live<{ stale: Staleness | undefined }> & { retryNow: () => void };

const words = {
  connecting: 'Connecting',
  live: 'Live',
  paused: 'Paused',
  lost: 'Not connected',
  refused: 'Refused',
} as const;

/** How the page is doing, in the corner. */
export const ConnectionMark = ({ status, state }: Shown) => {
  const isStale = status.is === 'live' && state?.stale !== undefined;
  return (
    <span class={`connection is-${isStale ? 'stale' : status.is}`}>
      <Icon name={isStale || status.is === 'lost' || status.is === 'refused' ? 'warn' : 'dot'} />
      {isStale ? 'Stale' : words[status.is]}
    </span>
  );
};

/** Says that what is shown may be old, and how old it is. A screen reader hears of it once, and not each second. */
export function ConnectionBanner({ status, state, heardAtMs, retryNow }: Shown) {
  const stale = state?.stale;
  return (
    <div role="status" class="banner-place">
      {status.is === 'lost' && (
        <p class="banner">
          <Icon name="warn" /> Not connected: {status.because}.
          {heardAtMs !== undefined && (
            <>
              {' '}
              What you see is{' '}
              <span aria-live="off">
                <SinceHere ms={heardAtMs} />
              </span>{' '}
              old.
            </>
          )}{' '}
          <button type="button" onClick={retryNow}>
            Try now
          </button>
        </p>
      )}
      {status.is !== 'lost' && stale && (
        <p class="banner">
          <Icon name="warn" /> Stale for{' '}
          <span aria-live="off">
            <Since time={stale.since} />
          </span>
          : {stale.message}
        </p>
      )}
      {status.is === 'refused' && (
        <p class="banner">
          <Icon name="warn" /> {status.problem.detail}
        </p>
      )}
    </div>
  );
}
