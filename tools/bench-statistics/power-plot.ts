import { percent } from '../../src/domain/analysis/words.ts';
import { type Axis, chart, type Curve, legend, picture, text } from './chart.ts';
import type { Power } from './power.ts';
import { baseRates, harmFrom, healthTo, type PowerTable } from './power-page.ts';

const ways: readonly { name: string; colour: string; of: (power: Power) => number }[] = [
  { name: 'Fail', colour: '#c40', of: ({ failed }) => failed },
  { name: 'Pass', colour: '#0b6', of: ({ passed }) => passed },
  { name: 'undecided', colour: '#888', of: ({ failed, passed }) => 1 - failed - passed },
];

const x: Axis = {
  least: 1,
  most: 5,
  scale: 'logarithmic',
  ticks: [1, 1.5, 2, 3, 5].map((at) => ({ at, label: String(at) })),
  title: 'true ratio of bad requests',
};
const y: Axis = {
  least: 0,
  most: 1,
  scale: 'linear',
  ticks: [0, 0.5, 1].map((at) => ({ at, label: `${at * 100} %` })),
  title: 'share of steps',
};

/** How a step ends by the true ratio, a chart for each base rate; from the first dashed line on harm is proved, up to the second health. */
export function powerPlot(power: PowerTable): string {
  const edges = [harmFrom, healthTo].map((at): Curve => ({
    name: '',
    colour: '#bbb',
    dashed: true,
    points: [
      { x: at, y: 0 },
      { x: at, y: 1 },
    ],
  }));
  const curvesOf = (rate: number) =>
    ways.map(({ name, colour, of }): Curve => ({
      name,
      colour,
      points: power.get(rate)!.map((one) => ({ x: one.ratio, y: of(one) })),
    }));
  const width = 210;
  return picture(900, 300, [
    ...baseRates.flatMap((rate, index) => {
      const left = 60 + index * (width + 55);
      return [
        ...chart({ left, top: 40, width, height: 200 }, { x, y: index === 0 ? y : { ...y, title: '' } }, [
          ...edges,
          ...curvesOf(rate),
        ]),
        text(`stable: ${percent(rate)} bad`, left + width / 2, 25, 'middle', '#000'),
      ];
    }),
    ...legend(curvesOf(baseRates[0]), 825, 60),
  ]);
}
