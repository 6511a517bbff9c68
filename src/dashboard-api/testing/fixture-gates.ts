import { resolveGate } from '../../api/gate.ts';
import { meaningWords } from '../../presentation/gate-words.ts';
import type { UserGate } from '../schemas.ts';
import { ago } from './fixture-rows.ts';

const planned = (name: string, when: UserGate['when'], more: object = {}) =>
  resolveGate({ name, when, webhook: { url: 'https://checks.example.com/' }, ...more });

/** Gates in most of the states that there are: one answered, one that tolerates, a Job that failed, one that is silent, and one to come. */
export const userGates: UserGate[] = [
  {
    ...{ name: 'golden-answers', when: 'before', kind: 'webhook', here: false },
    asked: 'webhook at checks.example.com, before the candidate gets its first request',
    ...{ state: 'passed', label: 'said yes', words: 'said yes' },
    answer: { said: 'Pass', at: ago(372), answers: 1, failures: 0, message: '40 of 40 answers are the same' },
    means: meaningWords(planned('golden-answers', 'before')),
  },
  {
    ...{ name: 'load-test', when: 'during', kind: 'job', here: true },
    asked: 'Job, at every step at which the candidate has requests, every 1m',
    ...{ state: 'failed', label: 'said no' },
    words: 'said no at step 2 of 4 (1 failure, 2 are tolerated)',
    nextAt: ago(-35),
    answer: {
      ...{ said: 'Fail', at: ago(25), answers: 1, failures: 1 },
      message: 'container load exited with code 1',
      log: 'p50 21 ms, p99 187 ms\nslowest: /v1/predict with a batch of 512 rows took 2,310 ms\np99 of large batches is above 2 s',
    },
    means: meaningWords(planned('load-test', 'during', { failureLimit: 2 })),
  },
  {
    ...{ name: 'complaints', when: 'during', kind: 'webhook', here: true },
    asked: 'webhook at desk.example.com:8443, at every step at which the candidate has requests, every 2m',
    ...{ state: 'asked', label: 'asked', words: 'asked at this step; it gave no answer at step 1 of 4' },
    askedSince: ago(75),
    answer: {
      ...{ said: 'Silent', at: ago(200), answers: 2, failures: 0 },
      message: 'no answer within 10s',
    },
    means: meaningWords(planned('complaints', 'during', { onSilence: 'ignore' })),
  },
  {
    ...{ name: 'sign-off', when: 'after', kind: 'webhook', here: false },
    asked: 'webhook at checks.example.com, when the candidate has taken over, until it passes',
    ...{ state: 'ahead', label: 'not asked yet', words: 'not asked yet' },
    means: meaningWords(planned('sign-off', 'after', { onFailure: 'pause' })),
  },
];
