import type { RolloutDetail } from '../../../src/dashboard-api/schemas.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { At, Since, Until } from '../parts/ticking.tsx';
import { countWords, percentWords } from '../words/numbers.ts';
import { Panel } from './panel.tsx';

type Entry = RolloutDetail['timeline'][number];
type Gate = NonNullable<RolloutDetail['gate']>;

const places: Record<Entry['place'], { icon: IconName; words: string }> = {
  done: { icon: 'check', words: 'done' },
  here: { icon: 'moving', words: 'now' },
  ahead: { icon: 'dot', words: 'ahead' },
  failed: { icon: 'failed', words: 'ended here' },
  never: { icon: 'never', words: 'not reached' },
};

/** The plan from its beginning to its end, and the gate that is open. */
export const Timeline = ({ rollout }: { rollout: RolloutDetail }) => (
  <Panel title={`Plan of ${rollout.name}`} className="plan">
    <ol class="timeline">
      {rollout.timeline.map((entry, index) => (
        <li
          key={index}
          class={`is-${entry.place}`}
          aria-current={entry.place === 'here' ? 'step' : undefined}
        >
          <span class="head">
            <Icon name={places[entry.place].icon} />
            <span class="visually-hidden">{places[entry.place].words}: </span>
            {entry.weight === undefined
              ? entry.part === 'step'
                ? entry.kind
                : entry.part
              : percentWords(entry.weight)}
          </span>
          <span class="words">
            {entry.number !== undefined && `${entry.number}. `}
            {entry.words}
          </span>
          {entry.enteredAt && (
            <span class="entered">
              <At time={entry.enteredAt} />
            </span>
          )}
        </li>
      ))}
    </ol>
    {rollout.gate && <OpenGate gate={rollout.gate} />}
    {rollout.outcome !== undefined && rollout.message && <p>{rollout.message}</p>}
  </Panel>
);

function OpenGate({ gate }: { gate: Gate }) {
  const { requests, approvals, paused } = gate;
  return (
    <div class="gate">
      <h3>Now: {gate.words}</h3>
      <dl class="figures">
        {gate.inForceSince ? (
          <Figure name="in force for">
            <Since time={gate.inForceSince} />
          </Figure>
        ) : (
          <Figure name="split">not in force yet</Figure>
        )}
        {gate.earliestAt && (
          <Figure name="left of its time">
            <Until time={gate.earliestAt} over="over" />
          </Figure>
        )}
        {requests && (
          <Figure name="requests">
            {countWords(requests.counted)} counted, {countWords(requests.needed)} at least
            {requests.left !== undefined && `, about ${countWords(requests.left)} more decide`}
          </Figure>
        )}
        {gate.latestAt && (
          <Figure name={`without a Pass: ${gate.onInconclusive ?? 'decided'} in`}>
            <Until time={gate.latestAt} over="now" />
          </Figure>
        )}
        {approvals && (
          <Figure name="approvals">
            {approvals.given.length} of {approvals.needed}
            {approvals.given.length > 0 && ` (${approvals.given.map(({ name }) => name).join(', ')})`}
          </Figure>
        )}
      </dl>
      {paused && (
        <p class="paused">
          <Icon name="pause" /> stands still for <Since time={paused.since} />
          {paused.by && `, by ${paused.by.name}`}: {paused.documentation ?? paused.reason}
        </p>
      )}
    </div>
  );
}

const Figure = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
