import type { ResolvedSpec } from '../api/defaults.ts';
import type { RouterKind } from '../domain/traffic/pods.ts';
import type { ApexSelection, TrafficIntent } from '../domain/traffic/split.ts';
import type { TrafficView } from '../domain/world.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { GatewayFacts } from './gateway-api/lacking.ts';
import type { Owner } from './objects/owner-reference.ts';

/** The live objects that a router reads and writes, as gathered before the decision. */
export interface RouterObjects {
  deployment: Owner & { spec: ResolvedSpec };
  /** The Service with the ModelDeployment's name, whoever owns it. */
  apexService?: KubernetesObject;
  /** The Services of its revisions. */
  revisionServices: KubernetesObject[];
  /** The HTTPRoute with the ModelDeployment's name, whoever owns it. */
  httpRoute?: KubernetesObject;
  /** The Service with the name of the preview, whoever owns it. */
  previewService?: KubernetesObject;
  /** The HTTPRoute with the name of the preview, whoever owns it. */
  previewRoute?: KubernetesObject;
  /** Every EndpointSlice that is labelled with the ModelDeployment: of the apex and of the revisions. */
  endpointSlices: KubernetesObject[];
  /** Every pod that is labelled with the ModelDeployment. */
  pods: KubernetesObject[];
  /** The cluster knows the kind HTTPRoute. */
  gatewayAPIInstalled: boolean;
  /** The parents that the spec names, in its order, and what can be known of them. */
  gateways: GatewayFacts[];
}

/**
 * Turns a split of live traffic into traffic objects, and reads from such objects what they say.
 *
 * Both are pure: what is read comes from given objects, and what is to be written is returned as data. The same intent on
 * objects that say it already gives no write (law 15). A router may need several passes for one intent where safety asks
 * for an order that only a read-back can prove; each pass returns what is safe now.
 */
export abstract class Router {
  abstract readonly kind: RouterKind;

  /** What the live objects say, and whether the data plane has taken it over (laws 7 and 11). */
  abstract read(objects: RouterObjects): TrafficView;

  /** The writes that bring the live objects nearer to the intent, in the order in which they must happen. */
  abstract writes(intent: TrafficIntent, apex: ApexSelection, objects: RouterObjects): ObjectWrite[];
}

/** An intent that this router cannot have been asked for: a mistake in the program, never in a spec. */
export class WrongIntentError extends Error {
  override readonly name = 'WrongIntentError';
  constructor(router: RouterKind, intent: TrafficIntent) {
    super(`a router of kind ${router} was given an intent of kind ${intent.kind}`);
  }
}
