import { judges } from './judges/judges.ts';
import { failing } from './scenarios.ts';
import { tally } from './tally.ts';

/** A point of a curve; both axes are logarithmic. */
interface Point {
  x: number;
  y: number;
}

const size = { width: 720, height: 360, left: 60, right: 250, top: 20, bottom: 45 };
const axes = { x: [0.012, 1], y: [1, 3_000] } as const;
const colours = ['#0b6', '#c40', '#e90', '#04a', '#69c'];
const rates = [0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];

/** Median bad answers until the rollback, by the candidate's error rate, for every judge that finds it at least every other time. */
export function harmPlot(runs: number): string {
  const curves = Object.entries(judges).map(([name, make], index) => ({
    name,
    colour: colours[index]!,
    points: rates.flatMap((rate): Point[] => {
      const { rolledBack, badUntilRolledBack: y } = tally(failing(rate), make, runs);
      return y === undefined || rolledBack < runs / 2 ? [] : [{ x: rate, y: Math.max(1, y) }];
    }),
  }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    ...rates.map((rate) => tick({ x: rate, y: axes.y[0] }, `${rate * 100} %`, 'middle', 0, 18)),
    ...[1, 10, 100, 1_000].map((bad) => tick({ x: axes.x[0], y: bad }, `${bad}`, 'end', -8, 4)),
    `<text x="${(size.left + size.width - size.right) / 2}" y="${size.height - 6}" text-anchor="middle">error rate of the candidate; the stable version has 1 %</text>`,
    `<text transform="translate(14 ${size.height / 2}) rotate(-90)" text-anchor="middle">bad answers until taken back</text>`,
    ...curves.flatMap(({ name, colour, points }, index) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(placed).join(' ')}"/>`,
      `<text x="${size.width - size.right + 15}" y="${size.top + 20 + 20 * index}" fill="${colour}">${name.replace('>=', '≥')}</text>`,
    ]),
    '</svg>',
    '',
  ].join('\n');
}

function tick(at: Point, label: string, anchor: string, dx: number, dy: number): string {
  const [x, y] = placed(at).split(',').map(Number);
  return `<text x="${x! + dx}" y="${y! + dy}" text-anchor="${anchor}" fill="#555">${label}</text>`;
}

function placed({ x, y }: Point): string {
  const part = (value: number, [least, most]: readonly [number, number]) =>
    Math.log(value / least) / Math.log(most / least);
  const across = size.left + part(x, axes.x) * (size.width - size.left - size.right);
  const up = size.height - size.bottom - part(y, axes.y) * (size.height - size.top - size.bottom);
  return `${across.toFixed(1)},${up.toFixed(1)}`;
}
