import type { CounterPreset } from '../../domain/analysis/preset.ts';
import { contourEnvoy } from './contour-envoy.ts';

const byController: Record<string, CounterPreset> = {
  'projectcontour.io/gateway-controller': contourEnvoy,
};

/** How the implementation behind a GatewayClass counts requests; undefined where nobody knows. */
export function presetForController(controllerName: string): CounterPreset | undefined {
  return Object.hasOwn(byController, controllerName) ? byController[controllerName] : undefined;
}

/** The GatewayClass controllers that have a preset, for messages and documentation. */
export const controllersWithPreset: readonly string[] = Object.keys(byController);
