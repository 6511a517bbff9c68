import { chart, type Curve, legend, picture, type Point } from './chart.ts';
import { judges } from './judges.ts';
import { failing } from './scenarios.ts';
import { tally } from './tally.ts';

const colours = ['#0b6', '#6d3', '#c40', '#e90', '#04a', '#69c', '#808'];
const rates = [0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];

/** Median bad answers until the rollback, by the candidate's error rate, for every judge that finds it at least every other time. */
export function harmPlot(runs: number): string {
  const curves = Object.entries(judges).map(([name, make], index): Curve => ({
    name,
    colour: colours[index]!,
    points: rates.flatMap((rate): Point[] => {
      const { rolledBack, badUntilRolledBack: y } = tally(failing(rate), make, runs);
      return y === undefined || rolledBack < runs / 2 ? [] : [{ x: rate, y: Math.max(1, y) }];
    }),
  }));
  const axes = {
    x: {
      least: 0.012,
      most: 1,
      scale: 'logarithmic',
      ticks: rates.slice(1).map((at) => ({ at, label: `${at * 100} %` })),
      title: 'error rate of the candidate; the stable version has 1 %',
    },
    y: {
      least: 1,
      most: 4_000,
      scale: 'logarithmic',
      ticks: [1, 10, 100, 1_000].map((at) => ({ at, label: String(at) })),
      title: 'bad answers until taken back',
    },
  } as const;
  return picture(720, 360, [
    ...chart({ left: 60, top: 20, width: 410, height: 290 }, axes, curves),
    ...legend(curves, 485, 40),
  ]);
}
