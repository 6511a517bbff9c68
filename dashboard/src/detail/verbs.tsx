import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActionRequest, Detail, Problem } from '../../../src/dashboard-api/schemas.ts';
import type { RolloutVerb } from '../../../src/api/rollout-action.ts';
import { act } from '../api/api.ts';
import { problemFrom } from '../api/api-error.ts';

interface Asked {
  verb: RolloutVerb;
  full: boolean;
  effect: string;
}

const dangerous: readonly RolloutVerb[] = ['abort', 'rollback'];

const title = ({ verb, full }: Asked): string => {
  const word = verb[0]!.toUpperCase() + verb.slice(1);
  return full ? `${word} fully` : word;
};

/** What fits now and this person may do. The API server decides again when they do it. */
export function offeredVerbs({ next, rights }: Detail): Asked[] {
  const may = new Set(rights.verbs.filter(({ allowed }) => allowed).map(({ verb }) => verb));
  return next.byYou.flatMap(({ verb, full = false, effect }) =>
    verb !== undefined && may.has(verb) ? [{ verb, full, effect }] : [],
  );
}

/** The request for a verb, about exactly what the person saw. */
export function requestFor({ row }: Detail, { verb, full }: Asked, reason: string): ActionRequest {
  const needsRollout = verb === 'promote' || verb === 'skip' || verb === 'abort';
  const needsStep = verb === 'promote' || verb === 'skip';
  return {
    verb,
    uid: row.uid,
    ...(needsRollout && row.step && { rollout: row.step.rollout }),
    ...(needsStep && row.step && { step: row.step.step }),
    ...(full && { full }),
    ...(reason !== '' && { reason }),
  };
}

/** A button for each, with a dialog that asks for a reason before anything happens. */
export function Verbs({ detail }: { detail: Detail }) {
  const [asked, setAsked] = useState<{ seen: Detail; what: Asked }>();
  const [said, setSaid] = useState('');
  return (
    <div class="verbs">
      {offeredVerbs(detail).map((what) => (
        <button
          key={title(what)}
          type="button"
          class={dangerous.includes(what.verb) ? 'danger' : ''}
          title={what.effect}
          onClick={() => setAsked({ seen: detail, what })}
        >
          {title(what)}…
        </button>
      ))}
      <p role="status" class="said">
        {said}
      </p>
      {asked && (
        <VerbDialog
          {...asked}
          onDone={(words) => {
            setAsked(undefined);
            if (words !== undefined) setSaid(words);
          }}
        />
      )}
    </div>
  );
}

function VerbDialog({ seen, what, onDone }: { seen: Detail; what: Asked; onDone: (words?: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const send = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setProblem(undefined);
    try {
      await act(seen.row.key, requestFor(seen, what, reason.trim()));
      onDone(`${what.verb} was asked for.`);
    } catch (error) {
      setProblem(problemFrom(error));
      setSending(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="verb-title" onClose={() => onDone()}>
      <form onSubmit={send}>
        <h2 id="verb-title">
          {title(what)} {seen.row.key}?
        </h2>
        <p>{what.effect}</p>
        <label class="field">
          <span>Reason, for the record</span>
          <textarea
            rows={3}
            maxLength={1_024}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
        {problem && (
          <div role="alert" class="problem">
            <p>{problem.detail}</p>
            {problem.next.map((words) => (
              <p key={words}>{words}</p>
            ))}
          </div>
        )}
        <div class="buttons">
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="submit"
            class={dangerous.includes(what.verb) ? 'danger' : 'primary'}
            disabled={isSending}
          >
            {title(what)}
          </button>
        </div>
      </form>
    </dialog>
  );
}
