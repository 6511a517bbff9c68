import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { harmPlot } from './plot.ts';
import { statisticsPage } from './page.ts';

/** So many rollouts of each judge in each scenario: enough that the medians do not move. */
const runs = 400;

const page = new URL('../../docs/benchmarks/statistics.md', import.meta.url);
const text = await format(statisticsPage(runs), { ...(await resolveConfig(page)), parser: 'markdown' });
await writeFile(page, text);
await writeFile(new URL('../../docs/benchmarks/statistics.svg', import.meta.url), harmPlot(100));
console.log(text);
