import { nameOf } from '../../kubernetes/resource.ts';
import { isSame } from '../api-server/json-value.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { Law, SeenPass } from './law.ts';

interface Pass {
  rank: number;
  /** What the record must say before anything else is written; undefined when it says so already. */
  record: 'toBeWritten' | 'written' | 'unchanged';
  trafficBeforeRecord: boolean;
}

const stages = ['the record', 'traffic', 'workloads', 'the status'];

/** Law 13: record, traffic, workloads, status, in this order; and nothing before a record that cannot be written, but a Fail's traffic. */
export function writesInOrder(key: string): Law {
  const passes = new Map<string, Pass>();
  return {
    decided: (pass) => {
      passes.set(pass.controller, begun(pass));
      return undefined;
    },
    written: ({ write }) => {
      const pass = passes.get(write.user);
      const rank = rankOf(write, key);
      if (!pass || rank === undefined) return undefined;
      if (rank === 0) pass.record = 'written';
      const [done, now] = [stages[pass.rank], stages[rank]];
      if (rank < pass.rank) return `law 13: ${now} is written after ${done}: ${write.verb} ${write.kind}`;
      pass.rank = rank;
      const isAllowed = pass.record !== 'toBeWritten' || (rank === 1 && pass.trafficBeforeRecord);
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

/** Which stage of a pass a write belongs to. */
function rankOf({ kind, key, verb }: AcceptedWrite, mine: string): number | undefined {
  const { name } = nameOf(key);
  const { name: deployment } = nameOf(mine);
  switch (kind) {
    case 'ModelRollout':
      // An old record that goes is tidying, and comes with the workloads.
      return verb === 'delete' ? 2 : 0;
    case 'HTTPRoute':
    case 'Pod':
      return 1;
    case 'Service':
      return name === deployment || name === `${deployment}-preview` ? 1 : 2;
    case 'Deployment':
      return 2;
    case 'ModelDeployment':
      return 3;
    default:
      return undefined;
  }
}
