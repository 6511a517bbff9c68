/** A time as the API writes it in a condition: whole seconds, UTC. */
export const apiTime = (nowMs: number): string => new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A time as the API writes it in Leases and Events (MicroTime): always six decimals, UTC. */
export const microTime = (nowMs: number): string => new Date(nowMs).toISOString().replace('Z', '000Z');
