import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What a controller that mostly waits asks of V8, instead of what suits a busy server. `npm run bench` measures what it brings;
 * docs/benchmarks.md has the figures.
 */
const flags = [
  // The young generation stays at its first size: V8 would let it grow to 48 MB on the garbage of the start alone.
  '--semi-space-growth-factor=1',
  // The old generation is collected before it has grown by half, instead of when it has grown fourfold.
  '--memory-saver-mode',
  // Code runs as the baseline compiler makes it. The optimizing ones leave up to 30 MB behind in the threads that they compile in,
  // and save nothing here: a start with 1,000 ModelDeployments takes 3.6 s of processor time without them, 3.5 s with them.
  '--no-maglev',
  '--no-turbofan',
  // undici parses HTTP by WebAssembly; compiling that small parser a second time, for speed, takes 10 MB for good. Set
  // at run time, V8 draws no conclusion from one of these for the others: all three are needed.
  '--liftoff-only',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
];

/**
 * V8 collects what waiting leaves behind (Leases, bookmarks) only when the heap has grown by half. With 1,000 ModelDeployments a process that has
 * been at rest for five minutes takes 126 MB with this, and 131 MB without (`npm run bench:scale -- --objects 1000`).
 */
const collectEveryMs = 120_000;

/** Call it first, before anything else is imported: what is loaded is half of what is used. */
export function keepMemoryLow(everyMs = collectEveryMs): void {
  for (const flag of flags) setFlagsFromString(flag);
  setInterval(() => collect('regular'), everyMs).unref();
}

/** Gives back what only the start needed. Takes about a tenth of a second; for when a burst of work is over. */
export function releaseStartupMemory(): void {
  collect('last-resort');
}

let gc: ((options: object) => void) | undefined;

function collect(flavor: 'regular' | 'last-resort'): void {
  gc ??= exposedCollector();
  gc?.({ type: 'major', execution: 'sync', flavor });
}

function exposedCollector(): typeof gc {
  setFlagsFromString('--expose-gc');
  return runInNewContext('globalThis.gc') as typeof gc;
}
