import { keepMemoryLow } from './memory-footprint.ts';

// Before anything else is loaded, which is why the rest comes by a late import.
keepMemoryLow();
const { runController } = await import('./run-controller.ts');
await runController(process.argv.slice(2));
