/** A query of a panel. */
export interface PanelQuery {
  /** PromQL; `$__rate_interval` and the dashboard's variables are filled in by Grafana. */
  expr: string;
  /** How a series is called: text with labels as `{{arm}}`. */
  legend: string;
}

/** A value, and how it is shown. */
export interface ShownValue {
  value: number;
  text: string;
  color: string;
}

/** A panel, as far as one differs from another. */
export interface PanelDescription {
  kind: 'timeseries' | 'stat' | 'table' | 'state-timeline';
  title: string;
  /** What it tells, and what to do about it. */
  description: string;
  /** Of 24 columns. */
  width: number;
  /** In rows of the grid; default 8. */
  height?: number;
  queries: PanelQuery[];
  /** Grafana's name of the unit; default: a plain number. */
  unit?: string;
  min?: number;
  max?: number;
  /** Of a table: what its columns are called; the others are hidden. */
  columns?: Record<string, string>;
  /** Values that are shown as text. */
  shown?: ShownValue[];
  /** From this value on it is bad: red. */
  badFrom?: number;
  /** Of a query whose legend is this: a dashed line, for what is needed or allowed. */
  limit?: string;
}

export const datasource = { type: 'prometheus', uid: '${datasource}' };

/** The panel as Grafana reads it. */
export function panel(description: PanelDescription, id: number, at: { x: number; y: number }): object {
  const { kind, title, description: words, width, height = 8, queries } = description;
  const isTable = kind === 'table';
  return {
    id,
    type: kind,
    title,
    description: words,
    datasource,
    gridPos: { x: at.x, y: at.y, w: width, h: height },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      editorMode: 'code',
      expr,
      legendFormat: legend,
      ...(isTable || kind === 'stat' ? { instant: true, range: false } : { instant: false, range: true }),
      ...(isTable && { format: 'table' }),
    })),
    fieldConfig: { defaults: defaultsOf(description), overrides: overridesOf(description) },
    options: optionsOf(kind),
    ...(isTable && { transformations: transformationsOf(description) }),
  };
}

function defaultsOf({ kind, unit = 'short', min, max, shown, badFrom }: PanelDescription): object {
  return {
    unit,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    color: { mode: shown || badFrom !== undefined ? 'thresholds' : 'palette-classic' },
    mappings: shown
      ? [
          {
            type: 'value',
            options: Object.fromEntries(
              shown.map(({ value, text, color }, index) => [String(value), { text, color, index }]),
            ),
          },
        ]
      : [],
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: 'green', value: null },
        ...(badFrom === undefined ? [] : [{ color: 'red', value: badFrom }]),
      ],
    },
    custom: customOf(kind),
  };
}

function customOf(kind: PanelDescription['kind']): object {
  switch (kind) {
    case 'timeseries':
      return {
        drawStyle: 'line',
        lineInterpolation: 'stepAfter',
        lineWidth: 1,
        fillOpacity: 0,
        showPoints: 'never',
        spanNulls: false,
      };
    case 'state-timeline':
      return { lineWidth: 0, fillOpacity: 70 };
    case 'table':
      return { align: 'auto', filterable: true };
    case 'stat':
      return {};
  }
}

function overridesOf({ limit, columns }: PanelDescription): object[] {
  const dashed = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } };
  const red = { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } };
  return [
    ...(limit === undefined
      ? []
      : [{ matcher: { id: 'byName', options: limit }, properties: [dashed, red] }]),
    ...(columns && Object.values(columns).some((name) => /share/i.test(name))
      ? [
          {
            matcher: { id: 'byRegexp', options: '/share/i' },
            properties: [{ id: 'unit', value: 'percentunit' }],
          },
        ]
      : []),
  ];
}

function optionsOf(kind: PanelDescription['kind']): object {
  switch (kind) {
    case 'timeseries':
      return {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      };
    case 'stat':
      return {
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        orientation: 'auto',
        textMode: 'value_and_name',
        colorMode: 'value',
        graphMode: 'none',
        justifyMode: 'auto',
      };
    case 'state-timeline':
      return {
        mergeValues: true,
        showValue: 'auto',
        alignValue: 'left',
        rowHeight: 0.9,
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'single', sort: 'none' },
      };
    case 'table':
      return { showHeader: true, cellHeight: 'sm' };
  }
}

/** One row for each object, with the columns that are named. */
function transformationsOf({ columns = {}, queries }: PanelDescription): object[] {
  return [
    ...(queries.length > 1 ? [{ id: 'merge', options: {} }] : []),
    { id: 'filterFieldsByName', options: { include: { names: Object.keys(columns) } } },
    {
      id: 'organize',
      options: {
        renameByName: columns,
        indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
        excludeByName: {},
      },
    },
  ];
}
