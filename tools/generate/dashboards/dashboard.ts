import { datasource, panel, type PanelDescription } from './panel.ts';

/** A variable of a dashboard: the values of a label. */
export interface LabelVariable {
  name: string;
  label: string;
  /** The metric whose label it is, with the matchers that narrow it. */
  of: string;
  /** Several values, or all of them. */
  multi?: boolean;
}

export interface DashboardDescription {
  uid: string;
  title: string;
  description: string;
  variables: LabelVariable[];
  rows: { title: string; panels: PanelDescription[] }[];
}

/** The version of the JSON model that Grafana 12 writes; newer ones read it, and older ones too. */
export const schemaVersion = 42;

/** The dashboard as Grafana reads it. */
export function dashboard({ uid, title, description, variables, rows }: DashboardDescription): object {
  return {
    uid,
    title,
    description,
    tags: ['understudy'],
    schemaVersion,
    version: 1,
    editable: true,
    graphTooltip: 1,
    fiscalYearStartMonth: 0,
    liveNow: false,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timepicker: {},
    timezone: '',
    weekStart: '',
    annotations: { list: [] },
    links: [
      {
        title: 'Understudy',
        type: 'dashboards',
        tags: ['understudy'],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: '',
        url: '',
      },
    ],
    templating: { list: [dataSourceVariable, ...variables.map(labelVariable)] },
    panels: placed(rows),
  };
}

const dataSourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  regex: '',
  hide: 0,
  multi: false,
  includeAll: false,
  refresh: 1,
  current: {},
  options: [],
};

function labelVariable({ name, label, of, multi = false }: LabelVariable): object {
  const query = `label_values(${of}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource,
    definition: query,
    query: { query, refId: 'variable' },
    regex: '',
    hide: 0,
    multi,
    includeAll: multi,
    ...(multi && { allValue: '.*', current: { text: 'All', value: '$__all' } }),
    refresh: 2,
    sort: 1,
    options: [],
  };
}

/** Panels from left to right, as many as fit beside each other; each row of the dashboard begins anew. */
function placed(rows: DashboardDescription['rows']): object[] {
  const all: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    all.push({
      id: all.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const one of panels) {
      if (x + one.width > 24) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      all.push(panel(one, all.length + 1, { x, y }));
      x += one.width;
      lineHeight = Math.max(lineHeight, one.height ?? 8);
    }
    y += lineHeight;
  }
  return all;
}
