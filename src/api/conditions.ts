import { z } from 'zod';
import { field, time } from './schema.ts';

/** Every condition that we set, and what its status means. Foreign conditions are left alone. */
export const conditionTypes = {
  Ready:
    'True when the revision of the spec is the stable one and its bake is over. False with Stalled after a rollback.',
  Available: 'True while users are served: the stable revision has ready endpoints.',
  Reconciling: 'True while a rollout runs or something is still to be done. Read by kstatus.',
  Stalled: 'True when nothing goes on by itself: a rolled-back revision or an invalid spec. Read by kstatus.',
  CandidateReady: 'True when the candidate has the ready capacity that its next weight needs.',
  TrafficApplied: 'True when the data plane has taken over the split that was written last.',
  AnalysisAvailable:
    'True when the metrics that the gates need are there; otherwise the reason says why not.',
  Paused:
    'True while forward progress is stopped; traffic stays as it is, and a failing candidate is still taken back.',
  Promoted: 'True when the revision of the spec has taken all traffic.',
  Notified:
    'True while no target of notifications is behind with what it was sent. False delays no rollout. Absent where nobody is to be told.',
} as const;
export type ConditionType = keyof typeof conditionTypes;

export const Condition = field(
  z.object({
    type: field(z.string().max(316), 'Which condition this is.'),
    status: field(z.enum(['True', 'False', 'Unknown']), 'True, False or Unknown.'),
    observedGeneration: field(
      z.int().min(0),
      'The generation of the spec that the condition was computed from.',
      {
        format: 'int64',
      },
    ).optional(),
    lastTransitionTime: time('When `status` last changed.'),
    reason: field(
      z.string().max(1024),
      'Why, as a CamelCase constant; the reference page of reasons explains each.',
    ),
    message: field(z.string().max(32768), 'Why, in words.'),
  }),
  'One observed aspect of the object.',
);
export type Condition = z.infer<typeof Condition>;

export const conditions = () =>
  field(
    z.array(Condition).max(32),
    'Observed aspects of the object, one per type: for `kubectl wait` and kstatus.',
    {
      listType: 'map',
      listMapKeys: ['type'],
    },
  );
