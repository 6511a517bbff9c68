import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { harmPlot } from './plot.ts';
import { statisticsPage } from './page.ts';
import { measuredPower, powerPage } from './power-page.ts';
import { powerPlot } from './power-plot.ts';

/** So many rollouts of each judge in each scenario: enough that the medians do not move. */
const runs = 400;
const runsForPower = 200;

const folder = new URL('../../docs/benchmarks/', import.meta.url);

async function write(name: string, content: string): Promise<void> {
  const file = new URL(name, folder);
  const isPage = name.endsWith('.md');
  const text = isPage
    ? await format(content, { ...(await resolveConfig(file)), parser: 'markdown' })
    : content;
  await writeFile(file, text);
  if (isPage) console.log(text);
}

await write('statistics.md', statisticsPage(runs));
await write('statistics.svg', harmPlot(100));
const power = measuredPower(runsForPower);
await write('power.md', powerPage(power, runsForPower));
await write('power.svg', powerPlot(power));
