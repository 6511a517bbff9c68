import type { DashboardDescription } from './dashboard.ts';
import type { PanelDescription } from './panel.ts';

const mine = 'job=~"$job"';
const rate = (metric: string, by: string) =>
  `sum by (${by}) (rate(understudy_${metric}{${mine}}[$__rate_interval]))`;
const quantile = (share: number, histogram: string, by = '') =>
  `histogram_quantile(${share}, sum by (le${by && `, ${by}`}) (rate(understudy_${histogram}_bucket{${mine}}[$__rate_interval])))`;
/** Every program has these: only those of the controller are meant. */
const ofProcess = (expression: string) =>
  `${expression} and on (job, instance) understudy_build_info{${mine}}`;
const series = (
  title: string,
  description: string,
  queries: PanelDescription['queries'],
  more: Partial<PanelDescription> = {},
): PanelDescription => ({ kind: 'timeseries', title, description, width: 8, min: 0, queries, ...more });

/** The controller itself. */
export const controller: DashboardDescription = {
  uid: 'understudy-controller',
  title: 'Understudy / Controller',
  description: 'The controller itself: who leads, passes and their queue, requests, memory.',
  variables: [{ name: 'job', label: 'Job', of: 'understudy_build_info', multi: true }],
  rows: [
    {
      title: 'Who leads',
      panels: [
        {
          kind: 'state-timeline',
          title: 'Leader',
          description:
            'Exactly one process leads. A gap longer than the lease time is an outage of the controller.',
          width: 16,
          height: 6,
          shown: [
            { value: 0, text: 'stands by', color: 'text' },
            { value: 1, text: 'leads', color: 'green' },
          ],
          queries: [{ expr: `max by (instance) (understudy_leader{${mine}})`, legend: '{{instance}}' }],
        },
        {
          kind: 'table',
          title: 'What runs',
          description: 'The version of each process.',
          width: 8,
          height: 6,
          columns: { instance: 'Instance', version: 'Version', node: 'Node' },
          queries: [
            { expr: `max by (instance, version, node) (understudy_build_info{${mine}})`, legend: 'build' },
          ],
        },
      ],
    },
    {
      title: 'Passes',
      panels: [
        series('Passes per second', 'By result. A requeue is a conflict: somebody was faster.', [
          { expr: rate('reconcile_total', 'result'), legend: '{{result}}' },
        ]),
        series('Failures per second', 'Passes that failed, by their sort.', [
          { expr: rate('reconcile_errors_total', 'job'), legend: 'errors' },
          { expr: rate('terminal_reconcile_errors_total', 'job'), legend: 'for good' },
          { expr: rate('reconcile_panics_total', 'job'), legend: 'faults of the program' },
          { expr: rate('reconcile_timeouts_total', 'job'), legend: 'over the deadline' },
        ]),
        series(
          'Duration of passes',
          'Half of them, and 99 of 100.',
          [0.5, 0.99].map((share) => ({
            expr: quantile(share, 'reconcile_duration_seconds'),
            legend: `${share * 100} %`,
          })),
          { unit: 's' },
        ),
        series(
          'Queue',
          'Keys that wait, and passes under way against how many there may be.',
          [
            { expr: `max(understudy_workqueue_depth{${mine}})`, legend: 'waiting' },
            { expr: `max(understudy_active_workers{${mine}})`, legend: 'under way' },
            { expr: `max(understudy_max_concurrent_reconciles{${mine}})`, legend: 'most' },
          ],
          { limit: 'most' },
        ),
        series(
          'Age of the queue',
          'How long the oldest key has waited, and 99 of 100 did.',
          [
            { expr: `max(understudy_workqueue_oldest_waiting_seconds{${mine}})`, legend: 'oldest' },
            { expr: quantile(0.99, 'workqueue_queue_duration_seconds'), legend: '99 %' },
          ],
          { unit: 's' },
        ),
        series(
          'From verdict to traffic',
          'From the verdict of a pass to the write of traffic, in 99 of 100 cases.',
          [{ expr: quantile(0.99, 'traffic_write_delay_seconds', 'direction'), legend: '{{direction}}' }],
          { unit: 's' },
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        series('To the API server, by verb', 'Requests per second. A calm controller makes next to none.', [
          { expr: rate('api_requests_total', 'verb'), legend: '{{verb}}' },
        ]),
        series(
          'To the API server, by answer',
          'Requests per second by HTTP status; 409 is a conflict, 429 a refusal for load.',
          [{ expr: rate('api_requests_total', 'code'), legend: '{{code}}' }],
        ),
        series(
          'Time of the API server',
          '99 of 100 requests took no longer; of a watch until its answer began.',
          [{ expr: quantile(0.99, 'api_request_duration_seconds', 'verb'), legend: '{{verb}}' }],
          { unit: 's' },
        ),
        series('To metrics sources', 'Queries per second by source and result.', [
          { expr: rate('metrics_source_requests_total', 'source, result'), legend: '{{source}}: {{result}}' },
        ]),
        series(
          'Time of metrics sources',
          '99 of 100 queries took no longer.',
          [
            {
              expr: quantile(0.99, 'metrics_source_request_duration_seconds', 'source'),
              legend: '{{source}}',
            },
          ],
          { unit: 's' },
        ),
        {
          kind: 'state-timeline',
          title: 'Sources that are left alone',
          description: 'A source that failed often is left alone for a moment.',
          width: 8,
          shown: [
            { value: 0, text: 'asked', color: 'green' },
            { value: 1, text: 'left alone', color: 'red' },
          ],
          queries: [
            {
              expr: `max by (target) (understudy_circuit_state{${mine}, state="open"})`,
              legend: '{{target}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Caches and process',
      panels: [
        series('Objects in caches', 'By kind.', [
          { expr: `max by (kind) (understudy_reflector_objects{${mine}})`, legend: '{{kind}}' },
        ]),
        series(
          'Silence of watches',
          'How long ago a kind was last heard of; bookmarks come every minute or so.',
          [
            {
              expr: `max by (kind) (understudy_reflector_last_event_age_seconds{${mine}})`,
              legend: '{{kind}}',
            },
          ],
          { unit: 's' },
        ),
        series('Events per second', 'Written, and dropped by cause.', [
          { expr: rate('events_written_total', 'job'), legend: 'written' },
          { expr: rate('events_dropped_total', 'cause'), legend: 'dropped: {{cause}}' },
        ]),
        series(
          'Memory',
          'Resident, and the used heap in it.',
          [
            { expr: ofProcess('process_resident_memory_bytes'), legend: '{{instance}} resident' },
            { expr: ofProcess('nodejs_heap_size_used_bytes'), legend: '{{instance}} heap' },
          ],
          { unit: 'bytes' },
        ),
        series('Processor', 'Cores in use.', [
          { expr: ofProcess('rate(process_cpu_seconds_total[$__rate_interval])'), legend: '{{instance}}' },
        ]),
        series(
          'Restarts',
          'How long each process has run.',
          [{ expr: `time() - (${ofProcess('process_start_time_seconds')})`, legend: '{{instance}}' }],
          { unit: 's' },
        ),
      ],
    },
  ],
};
