import { group, version } from '../api/group.ts';
import type { GateQuestion } from '../domain/gates/gate-question.ts';
import { toTime } from '../domain/time.ts';

/** What a webhook is sent: a CloudEvent 1.0 in structured mode. Whoever receives it twice knows it by its id. */
export function cloudEventOf({ id, gate, round, facts }: GateQuestion, nowMs: number): object {
  const { namespace, name, rollout, ...rest } = facts;
  return {
    specversion: '1.0',
    id,
    source: `/apis/${group}/${version}/namespaces/${namespace}/modeldeployments/${name}`,
    type: `${group}.gate`,
    subject: rollout.name,
    time: toTime(nowMs),
    datacontenttype: 'application/json',
    data: {
      gate: gate.name,
      namespace,
      name,
      rollout: rollout.name,
      ...rest,
      round,
      metadata: gate.webhook?.metadata ?? {},
    },
  };
}
