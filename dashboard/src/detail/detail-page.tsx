import type { Detail } from '../../../src/dashboard-api/schemas.ts';
import { fetchRollout } from '../api/api.ts';
import type { DetailState } from '../live/detail-state.ts';
import { PhaseBadge } from '../parts/badges.tsx';
import { Icon } from '../parts/icon.tsx';
import { Since } from '../parts/ticking.tsx';
import { placeAddress, type Place } from '../place/place.ts';
import { following } from '../place/use-place.ts';
import { Gates } from './gates.tsx';
import { Metrics } from './metrics.tsx';
import { Panel } from './panel.tsx';
import { Actions, Conditions, Decisions, Events, History } from './records.tsx';
import { ModelIdentity, Revisions } from './revisions.tsx';
import { Timeline } from './timeline.tsx';
import { Traffic } from './traffic.tsx';
import { useFetched } from './use-fetched.ts';
import { mayNotBecause, offeredVerbs, Verbs } from './verbs.tsx';

/** Everything about one ModelDeployment: first what is happening and why, then what it rests on. */
export function DetailPage({ state, place, theme }: { state: DetailState; place: Place; theme: string }) {
  const { detail, gone } = state;
  const { row } = detail;
  const past =
    place.rollout !== undefined && place.rollout !== detail.rollout?.name ? place.rollout : undefined;
  const all: Place = { filters: place.filters };
  return (
    <main id="main" class="detail" tabIndex={-1}>
      <header class="summary">
        <p class="crumbs">
          <a href={placeAddress(all)} onClick={following(all)}>
            ← All models
          </a>
        </p>
        <h1>
          <span class="namespace">{row.namespace}/</span>
          {row.name}
        </h1>
        <PhaseBadge phase={row.phase} large />
        <span class="for">
          for <Since time={row.since} />
        </span>
        <p class="message">{row.message}</p>
        {gone && <p class="alarm">It was deleted; this is how it was.</p>}
        {row.outdated && (
          <p class="alarm">
            <Icon name="warn" /> What you see is not how it is now.
          </p>
        )}
        {!row.serving && (
          <p class="alarm">
            <Icon name="warn" /> Users are not served.
          </p>
        )}
        {!gone && <Verbs detail={detail} offered={offeredVerbs(detail)} />}
      </header>
      <div class="main-column">
        {past ? (
          <PastRollout model={row.key} name={past} theme={theme} />
        ) : (
          detail.rollout && (
            <>
              <Traffic detail={detail} />
              <Timeline rollout={detail.rollout} />
              <Gates title="Gates" gates={detail.rollout.gates} />
              <Metrics model={row.key} rollout={detail.rollout} theme={theme} />
              <Decisions rollout={detail.rollout} />
            </>
          )
        )}
        {!detail.rollout && <Traffic detail={detail} />}
        {!past && (
          <Gates
            title={detail.rights.sees.rollouts ? 'Gates of the next rollout' : 'Gates'}
            gates={detail.nextGates}
          />
        )}
      </div>
      <div class="side-column">
        <Next detail={detail} />
        <Actions actions={detail.actions} />
        <Conditions conditions={detail.conditions} />
        <ModelIdentity identity={detail.identity} />
        <Revisions detail={detail} place={place} gone={gone} />
        <History detail={detail} place={place} />
        {detail.rights.sees.events && <Events detail={detail} />}
      </div>
    </main>
  );
}

/** The record of a rollout that is over. */
function PastRollout({ model, name, theme }: { model: string; name: string; theme: string }) {
  const { answer, problem } = useFetched(`${model} ${name}`, (signal) => fetchRollout(model, name, signal));
  if (problem) return <Panel title={name}>{problem.detail}</Panel>;
  if (!answer) return <Panel title={name}>Reading its record…</Panel>;
  return (
    <>
      <Timeline rollout={answer.rollout} />
      <Gates title="Gates" gates={answer.rollout.gates} />
      <Metrics model={model} rollout={answer.rollout} theme={theme} />
      <Decisions rollout={answer.rollout} />
    </>
  );
}

function Next({ detail }: { detail: Detail }) {
  const { byItself, byYou } = detail.next;
  const isMine = ({ verb }: Doable) => mayNotBecause(detail, verb) === undefined;
  return (
    <Panel title="What comes next" className="next">
      <ul>
        {byItself.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <Doables title="What you can do" detail={detail} doables={byYou.filter(isMine)} />
      <Doables
        title="What others can do"
        detail={detail}
        doables={byYou.filter((doable) => !isMine(doable))}
      />
    </Panel>
  );
}

type Doable = Detail['next']['byYou'][number];

const Doables = ({ title, detail, doables }: { title: string; detail: Detail; doables: Doable[] }) =>
  doables.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <dl>
        {doables.map(({ verb, command, effect }) => {
          const because = mayNotBecause(detail, verb);
          return (
            <div key={command}>
              <dt>
                <code>
                  {/* A line ends between words, and not after the hyphen of an option. */}
                  {command.split(' ').flatMap((word, at) => [at > 0 && ' ', <span key={at}>{word}</span>])}
                </code>
              </dt>
              <dd>
                {effect}
                {because && ` (${because})`}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
