import { Component } from 'preact';
import type { Row } from '../../../src/dashboard-api/schemas.ts';
import { PhaseBadge } from '../parts/badges.tsx';
import { Icon } from '../parts/icon.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { SplitBar } from '../parts/split-bar.tsx';
import { Since } from '../parts/ticking.tsx';
import { placeAddress, type Filters } from '../place/place.ts';
import { following } from '../place/use-place.ts';
import { percentWords } from '../words/numbers.ts';

export const waitWords: Record<Row['waitsFor'], string> = {
  nobody: '',
  person: 'waits for a person',
  evidence: 'gathers evidence',
  metrics: 'metrics are silent',
  pods: 'waits for pods',
  traffic: 'waits for the gateway',
  gate: 'waits for a gate',
  time: 'waits for time',
};

interface Props {
  row: Row;
  filters: Filters;
}

/** One ModelDeployment. Hundreds of them are on the page, so that one is drawn again only where it changed. */
export class ModelRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return next.row !== this.props.row || next.filters !== this.props.filters;
  }

  override render({ row, filters }: Props) {
    const place = { filters, model: row.key };
    const { stable, candidate, step } = row;
    return (
      <tr role="row" class={row.serving ? '' : 'not-serving'}>
        <td role="cell" class="model">
          <a href={placeAddress(place)} onClick={following(place)}>
            <span class="namespace">{row.namespace}/</span>
            {row.name}
          </a>
          <span class="versions">
            {stable?.label}
            {candidate && <> → {candidate.label}</>}
          </span>
        </td>
        <td role="cell" class="phase">
          <PhaseBadge phase={row.phase} />
          {!row.serving && (
            <strong class="alarm">
              <Icon name="warn" /> users not served
            </strong>
          )}
          {row.outdated && (
            <strong class="alarm">
              <Icon name="warn" /> not as it is now
            </strong>
          )}
        </td>
        <td role="cell" class="split">
          <Share row={row} />
        </td>
        <td role="cell" class="step">
          {step && step.outcome === undefined && (
            <>
              <span class="number">{step.short}</span>
              <span class="waits">{waitWords[row.waitsFor]}</span>
            </>
          )}
        </td>
        <td role="cell" class="errors">
          {row.errors ? <Sparkline trend={row.errors} /> : <span class="nothing">–</span>}
        </td>
        <td role="cell" class="time">
          <Since time={row.since} />
        </td>
        <td role="cell" class="why">
          <span>{row.message}</span>
        </td>
      </tr>
    );
  }
}

function Share({ row: { split, candidate, strategy } }: { row: Row }) {
  const share = split?.applied;
  if (split?.mirrored)
    return (
      <>
        <SplitBar candidate={0} />
        <span class="number">copies {percentWords(split.mirrored)}</span>
      </>
    );
  if (share === undefined) return <span class="nothing">{candidate ? 'not known' : '–'}</span>;
  return (
    <>
      <SplitBar candidate={share} mark={split?.desired} />
      <span class="number">
        {percentWords(share)}
        {split?.desired !== undefined && split.desired !== share && <> of {percentWords(split.desired)}</>}
        {strategy === 'blueGreen' && <span class="visually-hidden"> blue-green</span>}
      </span>
    </>
  );
}
