import { isSame } from '../api-server/json-value.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { Law, SeenPass } from './law.ts';

interface Pass {
  rank: number;
  /** What the record must say before anything else is written; undefined when it says so already. */
  record: 'toBeWritten' | 'written' | 'unchanged';
  trafficBeforeRecord: boolean;
}

const stages = ['the record', 'traffic and workloads', 'the answer to an action', 'the status'];

/** Law 13: record, traffic and workloads, answers, status, in this order; and nothing before a record that cannot be written, but a Fail's traffic. */
export function writesInOrder(): Law {
  const passes = new Map<string, Pass>();
  return {
    decided: (pass) => {
      passes.set(pass.controller, begun(pass));
      return undefined;
    },
    written: ({ write }) => {
      const pass = passes.get(write.user);
      const rank = rankOf(write);
      if (!pass || rank === undefined) return undefined;
      if (rank === 0) pass.record = 'written';
      const [done, now] = [stages[pass.rank], stages[rank]];
      if (rank < pass.rank) return `law 13: ${now} is written after ${done}: ${write.verb} ${write.kind}`;
      pass.rank = rank;
      const isAllowed =
        pass.record !== 'toBeWritten' || (rank === 1 && pass.trafficBeforeRecord && movesTraffic(write));
      return isAllowed
        ? undefined
        : `law 13: ${now} is written, and the record of the decision is not: ${write.verb} ${write.kind}`;
    },
  };
}

function begun({ world, decision }: SeenPass): Pass {
  const { rolloutStatus, createRollout, trafficBeforeRecord } = decision;
  const known = world.rollouts.find(({ name }) => name === rolloutStatus?.name);
  const changes = known !== undefined && !isSame(known.status, rolloutStatus?.status);
  return { rank: 0, record: changes || createRollout ? 'toBeWritten' : 'unchanged', trafficBeforeRecord };
}

/** Which stage of a pass a write belongs to. Whether traffic or workloads come first the laws on capacity say. */
function rankOf({ kind, verb }: AcceptedWrite): number | undefined {
  switch (kind) {
    case 'ModelRollout':
      // An old record that goes is tidying, and comes with the workloads.
      return verb === 'delete' ? 1 : 0;
    case 'HTTPRoute':
    case 'Service':
    case 'Pod':
    case 'Deployment':
      return 1;
    case 'RolloutAction':
      return 2;
    case 'ModelDeployment':
      return 3;
    default:
      return undefined;
  }
}

/** What a Fail may do before its record is written. */
const movesTraffic = ({ kind }: AcceptedWrite): boolean => kind !== 'Deployment';
