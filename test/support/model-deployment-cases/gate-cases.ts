import { type Case, set } from './changes.ts';

const path = 'spec.gates[0]';
const webhook = { url: 'https://checks.example.com/golden' };
const job = { template: { spec: { containers: [{ name: 'check', image: 'example.com/check:1' }] } } };
const gate = (fields: object) => set('spec.gates', [{ name: 'golden', when: 'before', ...fields }]);
const refused = (fields: object, field: string, says: string) => ({
  change: gate(fields),
  path: field,
  says,
});

/** Checks outside of the metrics. */
export const gateCases: Case[] = [
  {
    title: 'gates by a webhook or a Job',
    accept: [
      gate({ webhook }),
      gate({
        when: 'during',
        webhook: { ...webhook, secretRef: { name: 'checks' }, metadata: { suite: 'smoke' } },
        interval: '5m',
        timeout: '1s',
        retries: 0,
        failureLimit: 2,
        onFailure: 'pause',
        onSilence: 'ignore',
      }),
      gate({ when: 'after', job, timeout: '1h' }),
      gate({ job: { ...job, backoffLimit: 2 } }),
    ],
    refuse: [
      refused({}, path, 'a gate needs either webhook or job'),
      refused({ webhook, job }, path, 'a gate needs either webhook or job'),
      refused({ job, retries: 1 }, `${path}.retries`, 'retries belongs to a webhook'),
      refused({ webhook, timeout: 'soon' }, `${path}.timeout`, 'timeout must be a duration'),
      refused({ webhook, timeout: '500ms' }, `${path}.timeout`, 'timeout must be at least 1s'),
    ],
  },
];
