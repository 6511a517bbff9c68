/**
 * `npm run bench:scale`: what the controller costs and how fast it is with a thousand and with ten thousand objects, beside others.
 * Options: see `options.ts`. The figures go into `docs/benchmarks/scale.json`, and the page is made from them.
 */
import { contenders } from './contenders/contenders.ts';
import type { Run } from './figures.ts';
import { writeFigures } from './figures-file.ts';
import { measureContender } from './measure-contender.ts';
import { parseOptions, usage, UsageError } from './options.ts';
import { measureSoak } from './soak.ts';

const say = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const command = ['npm run bench:scale', ...(argv.length > 0 ? ['--', ...argv] : [])].join(' ');
  if (options.soakMinutes !== undefined) {
    const soak = await measureSoak(options.soakMinutes, command, say);
    console.log(JSON.stringify(soak, null, 2));
    if (!options.quick) writeFigures((figures) => ({ ...figures, soak }));
    return;
  }
  for (const objects of options.objects) {
    for (const name of options.contenders) {
      const record = (run: Run) => {
        console.log(JSON.stringify(run, null, 2));
        if (options.quick) return;
        writeFigures(({ runs, ...others }) => ({
          ...others,
          runs: [...runs.filter((one) => one.contender !== name || one.objects !== objects), run],
        }));
      };
      await measureContender(contenders[name], objects, { quick: options.quick, command, say, record });
    }
  }
}

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  console.error(error instanceof UsageError ? `bench:scale: ${error.message}\n${usage}` : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
