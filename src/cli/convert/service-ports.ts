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
  const service = name === undefined ? undefined : findObject(input, 'Service', name, namespace);
  return service && portOf(service, name!, node);
}

/** The port of a Service. */
export function portOf(service: unknown, name: string, node: SourceNode): ServicePort {
  const ports = partOf(service, 'spec', 'ports');
  const all = Array.isArray(ports) ? ports.filter(isRecord) : [];
  const chosen = all.find((one) => one['name'] === 'http') ?? all[0];
  if (!chosen) return {};
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
