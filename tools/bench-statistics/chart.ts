/** A point of a curve, in its own units. */
export interface Point {
  x: number;
  y: number;
}

export interface Axis {
  least: number;
  most: number;
  scale: 'linear' | 'logarithmic';
  ticks: readonly { at: number; label: string }[];
  title: string;
}

export interface Curve {
  name: string;
  colour: string;
  points: readonly Point[];
  dashed?: boolean;
}

/** Where on the picture a chart lies, in pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A picture of some charts, as SVG. */
export const picture = (width: number, height: number, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');

/** One chart: ticks, titles and curves. */
export function chart(frame: Frame, axes: { x: Axis; y: Axis }, curves: readonly Curve[]): string[] {
  const { left, top, width, height } = frame;
  const place = ({ x, y }: Point) => ({
    x: left + part(x, axes.x) * width,
    y: top + height - part(y, axes.y) * height,
  });
  const bottom = top + height;
  const middle = { x: left + width / 2, y: top + height / 2 };
  return [
    `<path d="M${left} ${top}V${bottom}H${left + width}" fill="none" stroke="#bbb"/>`,
    ...axes.x.ticks.map(({ at, label }) =>
      text(label, place({ x: at, y: axes.y.least }).x, bottom + 18, 'middle'),
    ),
    ...axes.y.ticks.map(({ at, label }) =>
      text(label, left - 8, place({ x: axes.x.least, y: at }).y + 4, 'end'),
    ),
    text(axes.x.title, middle.x, bottom + 38, 'middle', '#000'),
    `<text transform="translate(${left - 46} ${middle.y}) rotate(-90)" text-anchor="middle">${axes.y.title}</text>`,
    ...curves.map(({ colour, points, dashed }) => {
      const placed = points.map((point) => place(point)).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
      const dashes = dashed ? ' stroke-dasharray="6 4"' : '';
      return `<polyline fill="none" stroke="${colour}" stroke-width="2"${dashes} points="${placed.join(' ')}"/>`;
    }),
  ];
}

/** The names of curves, one below the other. */
export const legend = (curves: readonly Curve[], left: number, top: number): string[] =>
  curves.map(({ name, colour }, index) =>
    text(name.replace('>=', '≥'), left, top + 20 * index, 'start', colour),
  );

export const text = (words: string, x: number, y: number, anchor: string, colour = '#555'): string =>
  `<text x="${Number(x.toFixed(1))}" y="${Number(y.toFixed(1))}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;

function part(value: number, { least, most, scale }: Axis): number {
  return scale === 'linear'
    ? (value - least) / (most - least)
    : Math.log(value / least) / Math.log(most / least);
}
