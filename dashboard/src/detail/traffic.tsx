import type { Detail, Role } from '../../../src/dashboard-api/schemas.ts';
import { SplitLine } from '../parts/split-bar.tsx';
import { percentWords } from '../words/numbers.ts';
import { Panel } from './panel.tsx';

/** Who serves, and how much of the traffic the candidate has: decided, written, measured. */
export function Traffic({ detail: { row } }: { detail: Detail }) {
  const { split, stable, candidate } = row;
  const isLive = split?.desired !== undefined || split?.applied !== undefined;
  return (
    <Panel title="Traffic" className="traffic">
      <div class="roles">
        {stable && <RoleLine name="stable" role={stable} />}
        {candidate && <RoleLine name="candidate" role={candidate} />}
      </div>
      {isLive ? (
        <>
          <SplitLine what="desired" share={split?.desired} />
          <SplitLine
            what="applied"
            share={split?.applied}
            note={split?.acknowledged === false ? 'not yet taken over by the data plane' : ''}
          />
          <SplitLine what="observed" share={split?.observed} />
          <p class="legend">
            <span class="key-stable">{candidate ? 'stable' : 'revision before'}</span>{' '}
            <span class="key-candidate">{candidate ? 'candidate' : 'new revision'}</span>
          </p>
        </>
      ) : (
        <p class="hint">All traffic goes to the stable revision.</p>
      )}
      {split?.mirrored !== undefined && split.mirrored > 0 && (
        <p>
          {percentWords(split.mirrored)} of the requests are copied to the candidate; nobody sees its answers.
        </p>
      )}
    </Panel>
  );
}

const RoleLine = ({ name, role }: { name: string; role: Role }) => (
  <p class={`role is-${name}`}>
    <span class="what">{name}</span> <strong>{role.label}</strong> <code>{role.revision}</code>{' '}
    <span class={role.ready < role.replicas ? 'short-of-pods' : ''}>
      {role.ready} of {role.replicas} pods ready
    </span>
  </p>
);
