/** Warnings that need a Prometheus, by code. */
export const seriesWarnings = {
  NoSeries: {
    code: 'NoSeries',
    why: 'What the metric counts by has no series of the revision that serves: with nobody to compare with it is NoData, and no step passes.',
    advice:
      'Look at how requests are counted and scraped (docs/presets.md, docs/scraping.md), at the namespace, and at service.port.',
  },
  NoValue: {
    code: 'NoValue',
    why: 'The query gives no number for the revision that serves: it will hardly give one for a candidate, and is NoData then.',
    advice: 'Ask it in the web page of Prometheus, and look at the names of its labels.',
  },
} as const;
