import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActionRequest, Detail, Problem } from '../../../src/dashboard-api/schemas.ts';
import type { RolloutVerb } from '../../../src/api/rollout-action.ts';
import { act } from '../api/api.ts';
import { problemFrom } from '../api/api-error.ts';

interface Asked {
  verb: RolloutVerb;
  full: boolean;
  effect: string;
  /** Of a rollback: where to, where it is not simply the revision before. */
  to?: { revision: string; label: string };
}

const dangerous: readonly RolloutVerb[] = ['abort', 'rollback'];

const title = ({ verb, full, to }: Asked): string => {
  const word = verb[0]!.toUpperCase() + verb.slice(1);
  return full ? `${word} fully` : to ? `${word} to ${to.label}` : word;
};

/** Why this person may not ask for a verb; undefined: they may, or what has no verb needs no right of ours. */
export function mayNotBecause({ rights }: Detail, asked: RolloutVerb | undefined): string | undefined {
  const right = rights.verbs.find(({ verb }) => verb === asked);
  return right && !right.allowed ? (right.because ?? 'you may not') : undefined;
}

/** What fits now and this person may do. The API server decides again when they do it. */
export function offeredVerbs(detail: Detail): Asked[] {
  return detail.next.byYou.flatMap(({ verb, full = false, effect }) =>
    verb !== undefined && mayNotBecause(detail, verb) === undefined ? [{ verb, full, effect }] : [],
  );
}

type Kept = NonNullable<Detail['revisions']>[number];

/** A rollback to a revision that is kept: neither the one that users have, nor one on trial, nor the one that the spec asks for (that is `retry`). */
export function offeredRollback(detail: Detail, { revision, label, roles }: Kept): Asked[] {
  const isOfUse = detail.row.stable !== undefined && roles.length === 0;
  if (!isOfUse || mayNotBecause(detail, 'rollback') !== undefined) return [];
  const effect = `go back to ${label} (${revision}), and stay there until the spec changes or somebody says resume: at once where users had it lately (spec.rollbackWindow), else through every gate`;
  return [{ verb: 'rollback', full: false, effect, to: { revision, label } }];
}

/** The request for a verb, about exactly what the person saw. */
export function requestFor({ row }: Detail, { verb, full, to }: Asked, reason: string): ActionRequest {
  const needsRollout = verb === 'promote' || verb === 'skip' || verb === 'abort';
  const needsStep = verb === 'promote' || verb === 'skip';
  return {
    verb,
    uid: row.uid,
    ...(needsRollout && row.step && { rollout: row.step.rollout }),
    ...(needsStep && row.step && { step: row.step.step }),
    ...(full && { full }),
    ...(to && { revision: to.revision }),
    ...(reason !== '' && { reason }),
  };
}

/** A button for each, with a dialog that asks for a reason before anything happens. */
export function Verbs({ detail, offered }: { detail: Detail; offered: readonly Asked[] }) {
  const [asked, setAsked] = useState<{ seen: Detail; what: Asked }>();
  const [said, setSaid] = useState('');
  return (
    <div class="verbs">
      {offered.map((what) => (
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
          {what.to ? `Rollback ${seen.row.key} to ${what.to.label}?` : `${title(what)} ${seen.row.key}?`}
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
