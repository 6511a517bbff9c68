/** At most one request in twenty may fail. */
export const errors = { name: 'errors', kind: 'errorRate', max: 0.05 };

/** Gates that look every second, and have seen enough after twenty requests. */
export const errorAnalysis = { minRequests: 20, interval: '1s', metrics: [errors] };

/** The same, and at most one request in twenty may be slow. */
export const errorAndLatencyAnalysis = {
  ...errorAnalysis,
  metrics: [errors, { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } }],
};
