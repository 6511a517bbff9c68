import { type ConversionInput, findObject, partOf } from './conversion.ts';
import { isRecord, type SourceNode } from './source-node.ts';

/** The port of a Service: what clients call, and what its pods have. */
export interface ServicePort {
  port?: number;
  targetPort?: string | number;
  appProtocol?: string;
}

/** The port of a Service among the files; of several the one named http, else the first. Undefined where no file has the Service. */
export function servicePort(
  input: ConversionInput,
  name: string | undefined,
  namespace: string | undefined,
  node: SourceNode,
): ServicePort | undefined {
  if (name === undefined) return undefined;
  const ports = partOf(findObject(input, 'Service', name, namespace), 'spec', 'ports');
  if (!Array.isArray(ports)) return undefined;
  const all = ports.filter(isRecord);
  const chosen = all.find((one) => one['name'] === 'http') ?? all[0];
  if (!chosen) return undefined;
  const { port, targetPort = port, appProtocol } = chosen;
  if (all.length > 1) {
    node.changed(`Service ${name} has ${all.length} ports; a model has one: port ${String(port)} is taken`);
  }
  return {
    ...(typeof port === 'number' && { port }),
    ...((typeof targetPort === 'number' || typeof targetPort === 'string') && { targetPort }),
    ...(typeof appProtocol === 'string' && { appProtocol }),
  };
}

/** The `service` of a spec, without what is the default. */
export function serviceSpec(
  { port, appProtocol }: ServicePort,
  targetPort: string | number | undefined,
): { port?: number; targetPort?: string | number; appProtocol?: string } | undefined {
  const service = {
    ...(port !== undefined && port !== 80 && { port }),
    ...(targetPort !== undefined && { targetPort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
  return Object.keys(service).length > 0 ? service : undefined;
}
