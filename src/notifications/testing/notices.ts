import type { Notice } from '../../domain/notices/notice.ts';

/** Something to tell, with what a hostile author of a spec, a query or a pod may have put into it. */
export const noticeOf = (changes: Partial<Notice> = {}): Notice => ({
  id: 'uid.7.3',
  kind: 'RolledBack',
  at: '2026-01-01T00:00:00.000Z',
  namespace: 'ml',
  name: 'digits',
  rollout: { name: 'digits-7', number: 7 },
  from: { revision: 'aaaaaaaaaa', model: { name: 'digits', version: '1' } },
  to: { revision: 'bbbbbbbbbb', model: { name: 'digits', version: '2' } },
  step: 1,
  steps: 3,
  weight: 0,
  verdict: 'Fail',
  reason: 'AnalysisFailed',
  message: 'errors: 37 of 410 requests failed (9.0%), stable 12 of 7790 (0.2%)',
  commit: '0123456789abcdef0123456789abcdef01234567',
  mark: { rollout: 7, told: 3 },
  ...changes,
});
