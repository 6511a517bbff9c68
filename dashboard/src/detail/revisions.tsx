import type { Detail } from '../../../src/dashboard-api/schemas.ts';
import { fetchDiff } from '../api/api.ts';
import { placeAddress, type Place } from '../place/place.ts';
import { following } from '../place/use-place.ts';
import { pluralWords } from '../words/numbers.ts';
import { Panel } from './panel.tsx';
import { useFetched } from './use-fetched.ts';
import { offeredRollback, Verbs } from './verbs.tsx';

type Identity = Detail['identity']['spec'];

/** Which model is served, and which one is tried. */
export function ModelIdentity({ identity }: { identity: Detail['identity'] }) {
  const { stable, candidate, spec } = identity;
  const shown = [
    ['stable', stable],
    ['candidate', candidate],
    ...(candidate ? [] : [['spec', spec] as const]),
  ].filter((pair): pair is [string, Identity] => pair[1] !== undefined);
  return (
    <Panel title="Model">
      {shown.map(([name, one]) => (
        <div key={name} class="identity">
          <h3>{name}</h3>
          <dl>
            {(['name', 'version', 'uri', 'digest', 'format', 'serving'] as const).map(
              (field) =>
                one[field] !== undefined && (
                  <div key={field}>
                    <dt>{field}</dt>
                    <dd>{one[field]}</dd>
                  </div>
                ),
            )}
            {Object.entries(one.parameters ?? {}).map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </Panel>
  );
}

/** Revisions that are kept, and how each differs from the one before it. */
export function Revisions({ detail, place, gone }: { detail: Detail; place: Place; gone: boolean }) {
  const { revisions, row, pods } = detail;
  if (!revisions) return null;
  return (
    <Panel title="Revisions">
      <ul class="log">
        {revisions.map((one, index) => {
          const before = revisions[index + 1];
          const there = before && {
            ...place,
            model: row.key,
            diff: { from: before.revision, to: one.revision },
          };
          const rollback = gone ? [] : offeredRollback(detail, one);
          const restarts = (pods ?? [])
            .filter(({ revision }) => revision === one.revision)
            .reduce((sum, pod) => sum + (pod.restarts ?? 0), 0);
          return (
            <li key={one.revision}>
              <p class="head">
                <strong>{one.label}</strong> <code>{one.revision}</code>
                <span class="note">{one.roles.join(', ')}</span>
              </p>
              <p>
                {one.replicas === 0 ? 'no pods' : `${one.ready} of ${one.replicas} pods ready`}
                {restarts > 0 && `, ${pluralWords(restarts, 'restart')}`}
                {there && (
                  <>
                    {' · '}
                    <a href={placeAddress(there)} onClick={following(there)}>
                      what changed<span class="visually-hidden"> in {one.revision}</span>
                    </a>
                  </>
                )}
              </p>
              {rollback.length > 0 && <Verbs detail={detail} offered={rollback} />}
            </li>
          );
        })}
      </ul>
      {place.diff && <Diff model={row.key} {...place.diff} />}
    </Panel>
  );
}

function Diff({ model, from, to }: { model: string; from: string; to: string }) {
  const { answer, problem } = useFetched(`${model} ${from} ${to}`, (signal) =>
    fetchDiff(model, from, to, signal),
  );
  if (problem) return <p class="hint">{problem.detail}</p>;
  if (!answer) return <p class="hint">Comparing…</p>;
  return (
    <div
      class="diff"
      tabIndex={0}
      role="region"
      aria-label={`Difference of ${answer.from.label} and ${answer.to.label}`}
    >
      <p>
        {answer.from.label} → {answer.to.label}
        {answer.same && ': the same'}
      </p>
      <pre>
        {answer.hunks
          .flatMap(({ lines }) => lines)
          .map((line, index) => (
            <span key={index} class={line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : ''}>
              {`${line}\n`}
            </span>
          ))}
      </pre>
    </div>
  );
}
