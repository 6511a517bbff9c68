/** At most one request in five may fail: few requests without an error prove that, so that gates are quick. */
export const errors = { name: 'errors', kind: 'errorRate', max: 0.2 };

/** Gates that look every second, and have seen enough after twenty requests. */
export const errorAnalysis = { minRequests: 20, interval: '1s', metrics: [errors] };

/** The same, and at most one request in five may be slow. */
export const errorAndLatencyAnalysis = {
  ...errorAnalysis,
  metrics: [errors, { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.2 } }],
};
