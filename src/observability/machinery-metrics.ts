import { Counter, Gauge, type Registry } from 'prom-client';
import type { ElectionStatus } from '../runtime/leader-election-options.ts';
import type { ReflectorStatus } from '../runtime/reflector/reflector-options.ts';
import type { EventRecorderFigures } from '../runtime/event-recorder.ts';

/** What is asked of the machinery at each scrape; what a program does not have is absent. */
export interface Machinery {
  reflectors?: () => readonly ReflectorStatus[];
  leader?: () => ElectionStatus;
  events?: () => EventRecorderFigures;
}

const reflectorStates: readonly ReflectorStatus['state'][] = ['Empty', 'Listing', 'Listed', 'Watching'];

/** Leadership, reflectors, the event recorder and the process itself: read when they are scraped. */
export class MachineryMetrics {
  #machinery: Machinery = {};
  readonly #registry: Registry;
  readonly #nowMs: () => number;

  constructor(registry: Registry, nowMs: () => number) {
    this.#registry = registry;
    this.#nowMs = nowMs;
    this.#leader();
    this.#reflectors();
    this.#events();
    this.#process();
  }

  watch(machinery: Machinery): void {
    this.#machinery = { ...this.#machinery, ...machinery };
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[], collect: (gauge: Gauge<L>) => void) {
    const collected = function (this: Gauge<L>) {
      this.reset();
      collect(this);
    };
    new Gauge({ name, help, labelNames, registers: [this.#registry], collect: collected });
  }

  #counter<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (counter: Counter<L>) => void,
  ) {
    const collected = function (this: Counter<L>) {
      this.reset();
      collect(this);
    };
    new Counter({ name, help, labelNames, registers: [this.#registry], collect: collected });
  }

  #leader(): void {
    this.#gauge(
      'understudy_leader',
      '1 while this process leads, be it a single shard, else 0.',
      [],
      (gauge) => {
        gauge.set(this.#machinery.leader?.().leading ? 1 : 0);
      },
    );
    this.#gauge(
      'understudy_shards_held',
      'Shards that this process leads; a single leader has all 64.',
      [],
      (gauge) => {
        gauge.set(this.#machinery.leader?.().shards ?? 0);
      },
    );
    this.#gauge(
      'understudy_leader_renewed_age_seconds',
      'Age of the last renewal, while leading.',
      [],
      (gauge) => {
        const renewedAgoMs = this.#machinery.leader?.().renewedAgoMs;
        // A gauge without labels is 0 after a reset; NaN says that there is nothing to tell.
        gauge.set(renewedAgoMs === undefined ? Number.NaN : renewedAgoMs / 1000);
      },
    );
  }

  #reflectors(): void {
    const each = () => this.#machinery.reflectors?.() ?? [];
    this.#gauge(
      'understudy_reflector_state',
      '1 for the state of a reflector.',
      ['kind', 'state'],
      (gauge) => {
        for (const { kind, state } of each()) {
          for (const name of reflectorStates) gauge.set({ kind, state: name }, name === state ? 1 : 0);
        }
      },
    );
    this.#gauge(
      'understudy_reflector_synced',
      '1 once a reflector has listed its kind.',
      ['kind'],
      (gauge) => {
        for (const { kind, hasSynced } of each()) gauge.set({ kind }, hasSynced ? 1 : 0);
      },
    );
    this.#gauge('understudy_reflector_failing', '1 while a kind cannot be read.', ['kind'], (gauge) => {
      for (const { kind, failure } of each()) gauge.set({ kind }, failure ? 1 : 0);
    });
    this.#gauge('understudy_reflector_objects', 'Objects in a cache.', ['kind'], (gauge) => {
      for (const { kind, objects } of each()) gauge.set({ kind }, objects);
    });
    const age = 'How long ago a reflector last heard of its kind: a page, an event, a bookmark.';
    this.#gauge('understudy_reflector_last_event_age_seconds', age, ['kind'], (gauge) => {
      for (const { kind, lastEventAtMs } of each()) {
        if (lastEventAtMs !== undefined)
          gauge.set({ kind }, Math.max(0, this.#nowMs() - lastEventAtMs) / 1000);
      }
    });
    this.#counter(
      'understudy_reflector_lists_total',
      'Lists that a reflector began.',
      ['kind'],
      (counter) => {
        for (const { kind, lists } of each()) counter.inc({ kind }, lists);
      },
    );
    this.#counter(
      'understudy_reflector_watches_total',
      'Watches that a reflector began.',
      ['kind'],
      (counter) => {
        for (const { kind, watches } of each()) counter.inc({ kind }, watches);
      },
    );
    this.#counter(
      'understudy_reflector_events_total',
      'Events that a reflector got.',
      ['kind'],
      (counter) => {
        for (const { kind, events } of each()) counter.inc({ kind }, events);
      },
    );
  }

  #events(): void {
    this.#counter('understudy_events_written_total', 'Events created and series patched.', [], (counter) => {
      counter.inc(this.#machinery.events?.().written ?? 0);
    });
    this.#counter(
      'understudy_events_dropped_total',
      'Events that were not written.',
      ['cause'],
      (counter) => {
        const dropped = this.#machinery.events?.().dropped ?? {};
        for (const [cause, count] of Object.entries<number>(dropped)) counter.inc({ cause }, count);
      },
    );
  }

  /** The few standard process metrics; prom-client's own set wakes the process a hundred times a second. */
  #process(): void {
    this.#gauge('process_resident_memory_bytes', 'Resident memory in bytes.', [], (gauge) => {
      gauge.set(process.memoryUsage.rss());
    });
    this.#gauge('nodejs_heap_size_used_bytes', 'Used heap in bytes.', [], (gauge) => {
      gauge.set(process.memoryUsage().heapUsed);
    });
    this.#gauge('process_start_time_seconds', 'Start of the process since the epoch.', [], (gauge) => {
      gauge.set(Math.round(this.#nowMs() / 1000 - process.uptime()));
    });
    this.#counter('process_cpu_seconds_total', 'CPU time of the process.', [], (counter) => {
      const { user, system } = process.cpuUsage();
      counter.inc((user + system) / 1e6);
    });
  }
}
