import type { UserGate } from '../../../src/dashboard-api/schemas.ts';
import { GateBadge } from '../parts/badges.tsx';
import { Since, Until } from '../parts/ticking.tsx';
import { pluralWords } from '../words/numbers.ts';
import { Panel } from './panel.tsx';

/** The user's own checks outside of the metrics, each with what it said last. */
export const Gates = ({ title, gates }: { title: string; gates: UserGate[] }) =>
  gates.length === 0 ? null : (
    <Panel title={title}>
      <div class="cards">
        {gates.map((gate) => (
          <GateCard key={gate.name} gate={gate} />
        ))}
      </div>
    </Panel>
  );

function GateCard({ gate }: { gate: UserGate }) {
  const { name, asked, answer, means } = gate;
  return (
    <article class="user-gate">
      <h3>
        {name} <GateBadge state={gate.state} label={gate.label} />
      </h3>
      <p class="asked">{asked}</p>
      {answer && (
        <p>
          {gate.words}
          <span class="note">
            {' '}
            · <Since time={answer.at} ago />
            {answer.answers > 1 && ` · ${pluralWords(answer.answers, 'answer')}`}
          </span>
        </p>
      )}
      {answer && <p class="said-words">“{answer.message}”</p>}
      <NextQuestion gate={gate} />
      {answer?.log && (
        <details open={gate.state === 'failed'}>
          <summary>End of its log</summary>
          <pre>{answer.log}</pre>
        </details>
      )}
      <p class="hint">{means.join(' ')}</p>
    </article>
  );
}

const NextQuestion = ({ gate: { askedSince, nextAt } }: { gate: UserGate }) =>
  nextAt ? (
    <p>
      asked again in <Until time={nextAt} over="a moment" />
    </p>
  ) : askedSince ? (
    <p>
      asked, without an answer for <Since time={askedSince} />
    </p>
  ) : null;
