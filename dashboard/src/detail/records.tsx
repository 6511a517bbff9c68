import type { Detail, RolloutDetail } from '../../../src/dashboard-api/schemas.ts';
import { fetchEvents } from '../api/api.ts';
import { OutcomeBadge, VerdictBadge } from '../parts/badges.tsx';
import { Icon } from '../parts/icon.tsx';
import { At, Since } from '../parts/ticking.tsx';
import { placeAddress, type Place } from '../place/place.ts';
import { following } from '../place/use-place.ts';
import { percentWords } from '../words/numbers.ts';
import { spanWords } from '../words/times.ts';
import { Panel } from './panel.tsx';
import { useFetched } from './use-fetched.ts';

/** What was decided, when, by whom, and on which numbers; the newest first. */
export const Decisions = ({ rollout }: { rollout: RolloutDetail }) => (
  <Panel title="Decisions">
    {rollout.decisions.length === 0 && <p class="hint">None yet.</p>}
    <ol class="log">
      {rollout.decisions.toReversed().map((decision, index) => (
        <li key={index}>
          <p class="head">
            <At time={decision.at} /> <strong>{decision.action}</strong>
            <span class="number">{percentWords(decision.weight)}</span>
            {decision.verdict && <VerdictBadge verdict={decision.verdict} />}
          </p>
          <p>{decision.message}</p>
          {decision.by && (
            <p class="note">
              asked for by {decision.by.name}
              {decision.by.verified ? '' : ' (not verified)'}
            </p>
          )}
        </li>
      ))}
    </ol>
    {rollout.earlierDecisions && (
      <p class="hint">{rollout.earlierDecisions.count} earlier ones are not kept.</p>
    )}
  </Panel>
);

/** RolloutActions that were asked for. */
export const Actions = ({ actions }: { actions: Detail['actions'] }) =>
  actions.length === 0 ? null : (
    <Panel title="Asked for">
      <ul class="log">
        {actions.map((action) => (
          <li key={action.uid}>
            <p class="head">
              <strong>{action.verb}</strong> {action.state ?? 'not looked at yet'}
              <span class="note">
                {action.by?.name} · <Since time={action.askedAt} ago />
              </span>
            </p>
            {action.reason && <p>“{action.reason}”</p>}
            {action.message && <p class="note">{action.message}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  );

export const Conditions = ({ conditions }: { conditions: Detail['conditions'] }) => (
  <Panel title="Conditions">
    <ul class="log">
      {conditions.map((condition) => (
        <li key={condition.type} class={condition.asItShouldBe ? '' : 'not-as-it-should-be'}>
          <p class="head">
            <Icon name={condition.asItShouldBe ? 'check' : 'warn'} />
            <strong>{condition.type}</strong> {condition.status} <span class="note">{condition.reason}</span>
          </p>
          <p>{condition.message}</p>
          {!condition.asItShouldBe && condition.documentation && (
            <p class="note">{condition.documentation}</p>
          )}
        </li>
      ))}
    </ul>
  </Panel>
);

/** Past rollouts, each with its record. */
export const History = ({ detail, place }: { detail: Detail; place: Place }) => (
  <Panel title="Rollouts">
    <ul class="log">
      {detail.history.map((rollout) => {
        const there = { filters: place.filters, model: detail.row.key, rollout: rollout.name };
        const isOpen = (place.rollout ?? detail.rollout?.name) === rollout.name;
        return (
          <li key={rollout.name}>
            <p class="head">
              <a
                href={placeAddress(there)}
                onClick={following(there)}
                aria-current={isOpen ? 'true' : undefined}
              >
                {rollout.name}
              </a>
              {rollout.outcome ? <OutcomeBadge outcome={rollout.outcome} /> : <span>{rollout.phase}</span>}
            </p>
            <p>
              {rollout.from.label} → {rollout.to.label}
              {rollout.tookMs !== undefined && `, took ${spanWords(rollout.tookMs)}`}
              {rollout.by && `, ${rollout.by}`}
              <span class="note">
                {' '}
                · <Since time={rollout.startedAt} ago />
              </span>
            </p>
            {rollout.message && <p class="note">{rollout.message}</p>}
          </li>
        );
      })}
    </ul>
  </Panel>
);

/** Events are read when the page opens and whenever what is going on changes: they are not part of the stream. */
export function Events({ detail }: { detail: Detail }) {
  const { row } = detail;
  const { answer, problem } = useFetched(`${row.key} ${row.phase} ${row.step?.short ?? ''}`, (signal) =>
    fetchEvents(row.key, signal),
  );
  return (
    <Panel title="Events">
      {problem && <p class="hint">{problem.detail}</p>}
      {answer?.events.length === 0 && <p class="hint">None are kept.</p>}
      <ul class="log">
        {answer?.events.map((event, index) => (
          <li key={index} class={event.type === 'Warning' ? 'not-as-it-should-be' : ''}>
            <p class="head">
              {event.type === 'Warning' && <Icon name="warn" />}
              <strong>{event.reason}</strong>
              <span class="note">
                <Since time={event.lastAt} ago />
                {event.count > 1 && ` · ${event.count} times`}
              </span>
            </p>
            <p>{event.message}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
