/** Builders for Grafana panels: what a panel shows is said where it is used, how Grafana wants it said is said here. */

const datasource = { type: 'prometheus', uid: 'prometheus' }

export type Query = [expr: string, legend?: string]
/** On Grafana's grid of 24 columns. */
export type Place = [x: number, y: number, w: number, h: number]
/** A colour and the value from which it holds; null: from below. */
export type Threshold = [color: string, from: number | null]
export interface Panel {
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { refId: string; expr: string; legendFormat?: string }[]
}

/** Per-second rate of a counter, summed, over an interval that Grafana fits to the zoom. */
export const rate = (selector: string, by?: string) =>
  `sum${by ? ` by (${by})` : ''} (rate(${selector}[$__rate_interval]))`

/** Quantile of a histogram over the shown nodes. */
export const quantile = (q: number, selector: string, by = 'le') => `histogram_quantile(${q}, ${rate(selector, by)})`

/** Lines over time. `stack` makes them add up; `max` ends the axis. */
export const chart = (
  title: string,
  description: string,
  place: Place,
  unit: string,
  queries: Query[],
  { stack = false, max }: { stack?: boolean; max?: number } = {},
) =>
  panel('timeseries', title, description, place, queries, {
    defaults: {
      unit,
      min: 0,
      ...(max === undefined ? {} : { max }),
      custom: {
        lineWidth: 1,
        fillOpacity: stack ? 30 : 8,
        showPoints: 'never',
        ...(stack ? { stacking: { mode: 'normal', group: 'A' } } : {}),
      },
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  })

/** One number with a spark line. `steps` colours it. */
export const stat = (
  title: string,
  description: string,
  place: Place,
  unit: string,
  expr: string,
  steps: Threshold[] = [['text', null]],
) =>
  panel('stat', title, description, place, [[expr]], {
    defaults: {
      unit,
      thresholds: { mode: 'absolute', steps: steps.map(([color, value]) => ({ color, value })) },
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'area',
    },
  })

/** Coloured bands over time. `states` names and colours each value. */
export const timeline = (
  title: string,
  description: string,
  place: Place,
  queries: Query[],
  states: Record<number, [text: string, color: string]>,
) =>
  panel('state-timeline', title, description, place, queries, {
    defaults: {
      unit: 'none',
      mappings: [
        {
          type: 'value',
          options: Object.fromEntries(Object.entries(states).map(([value, [text, color]]) => [value, { text, color }])),
        },
      ],
      custom: { fillOpacity: 70, lineWidth: 0 },
    },
    options: {
      showValue: 'never',
      mergeValues: true,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    },
  })

/** A heading across the dashboard. */
export const heading = (title: string, y: number): Panel => ({
  type: 'row',
  title,
  gridPos: { x: 0, y, w: 24, h: 1 },
})

/** A whole dashboard; panels get their ids by their order. */
export const dashboard = (uid: string, title: string, description: string, panels: Panel[]) => ({
  uid,
  title,
  description,
  tags: ['freshet'],
  schemaVersion: 41,
  version: 1,
  graphTooltip: 1,
  refresh: '10s',
  time: { from: 'now-30m', to: 'now' },
  templating: { list: [nodeVariable] },
  links: [
    { title: 'Freshet', type: 'dashboards', tags: ['freshet'], asDropdown: false, includeVars: true, keepTime: true },
  ],
  panels: panels.map((item, index) => ({ id: index + 1, ...item })),
})

function panel(
  type: string,
  title: string,
  description: string,
  [x, y, w, h]: Place,
  queries: Query[],
  { defaults, options }: { defaults: object; options: object },
) {
  return {
    type,
    title,
    description,
    datasource,
    gridPos: { x, y, w, h },
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      expr,
      ...(legendFormat ? { legendFormat } : {}),
    })),
    fieldConfig: { defaults, overrides: [] },
    options,
  }
}

const nodeVariable = {
  name: 'node',
  label: 'Node',
  type: 'query',
  datasource,
  definition: 'label_values(cache_entries, instance)',
  query: { query: 'label_values(cache_entries, instance)', refId: 'nodes' },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  current: { text: 'All', value: '$__all' },
}
