import { z } from 'zod';
import { RolloutVerb } from '../../api/rollout-action.ts';
import { told } from './common.ts';
import { Action } from './detail.ts';

export const ActionRequest = told(
  z.strictObject({
    verb: RolloutVerb,
    uid: told(
      z.string().min(1).max(63),
      '`row.uid` as the person saw it: it never reaches another object of the same name.',
    ),
    rollout: told(
      z.string().min(1).max(253),
      '`row.step.rollout` as the person saw it. Needed for promote, skip and abort.',
    ).optional(),
    step: told(
      z.int().min(0).max(1_000),
      '`row.step.step` as the person saw it. Needed for promote and skip: they open no other gate.',
    ).optional(),
    full: told(z.boolean(), 'Of promote: all steps that are left.').optional(),
    revision: told(
      z.string().regex(/^[a-z0-9]{10}$/),
      'Of rollback and restart: a revision that is kept.',
    ).optional(),
    reason: told(z.string().max(1_024), 'Why, for the record.').optional(),
  }),
  "A verb. It becomes a RolloutAction that is created with the person's own token: RBAC and the admission policy decide.",
);
export type ActionRequest = z.infer<typeof ActionRequest>;

/** 201: it was asked for. What becomes of it comes by the stream, in `actions`. */
export const ActionAnswer = z.object({ action: Action });
export type ActionAnswer = z.infer<typeof ActionAnswer>;
