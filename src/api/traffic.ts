import { z } from 'zod';
import { dnsLabel, field, matching } from './schema.ts';

export const ParentReference = field(
  z.object({
    group: field(
      z.string().max(253),
      'API group of the parent. Default: `gateway.networking.k8s.io`.',
    ).optional(),
    kind: field(z.string().min(1).max(63), 'Kind of the parent. Default: `Gateway`.').optional(),
    namespace: dnsLabel(
      'namespace',
      'Namespace of the parent. Default: the namespace of the ModelDeployment.',
    ).optional(),
    name: field(z.string().min(1).max(253), 'Name of the parent.'),
    sectionName: field(
      z.string().min(1).max(253),
      'Listener of the gateway that the route attaches to. Default: every listener that admits it.',
    ).optional(),
    port: field(z.int().min(1).max(65535), 'Port of the gateway that the route attaches to.', {
      format: 'int32',
    }).optional(),
  }),
  'A gateway that serves the model.',
);
export type ParentReference = z.infer<typeof ParentReference>;

export const RouteMatch = field(
  z.object({
    path: field(
      z.object({
        type: field(
          z.enum(['PathPrefix', 'Exact', 'RegularExpression']),
          'How `value` is compared. Default: `PathPrefix`. Not every gateway has `RegularExpression`.',
        ).optional(),
        value: field(z.string().max(1024), 'The path to compare with. Default: `/`.').optional(),
      }),
      'Requests with this path.',
      {
        rules: [
          {
            rule: "!has(self.value) || (has(self.type) && self.type == 'RegularExpression') || self.value.startsWith('/')",
            message: 'path.value must start with "/" unless path.type is RegularExpression',
            fieldPath: '.value',
          },
        ],
      },
    ).optional(),
    method: field(
      z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']),
      'Requests with this method.',
    ).optional(),
  }),
  'Which requests belong to the model. Path and method must both match.',
);
export type RouteMatch = z.infer<typeof RouteMatch>;

const hostname = matching(
  '^(\\\\*\\\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  253,
  'hostnames: each must be a DNS name in lower case, such as "model.example.com" or "*.example.com"',
  'A host name, exact or with a leading `*.`.',
);

const GatewayAPITraffic = field(
  z.object({
    parentRefs: field(z.array(ParentReference).min(1).max(32), 'Gateways that serve the model.', {
      listType: 'atomic',
    }),
    hostnames: field(
      z.array(hostname).max(16),
      'Host names under which the model is served. Default: those of the listener.',
      { listType: 'set' },
    ).optional(),
    matches: field(z.array(RouteMatch).max(16), 'Which requests belong to the model. Default: all.', {
      listType: 'atomic',
    }).optional(),
    preview: field(
      z.object({
        hostnames: field(
          z.array(hostname).min(1).max(16),
          'Host names under which the candidate can be tried: none of those of the model.',
          { listType: 'set' },
        ),
      }),
      'A route of its own to the candidate while a rollout has a preview.',
    ).optional(),
  }),
  'Requests come through a gateway: the controller owns an HTTPRoute and splits by its weights.',
  {
    rules: [
      {
        rule: '!has(self.preview) || !has(self.hostnames) || !self.preview.hostnames.exists(h, h in self.hostnames)',
        message:
          'preview.hostnames has a host name that is also in hostnames: users would reach the candidate, use another one',
        fieldPath: '.preview.hostnames',
        ratcheting: true,
      },
    ],
  },
);

export const Traffic = field(
  z.object({
    gatewayAPI: GatewayAPITraffic.optional(),
    service: field(
      z.object({}),
      'Requests come to the Service with the name of the ModelDeployment: the split is the ratio of pods behind it.',
    ).optional(),
  }),
  'Where requests come from, and so what splits them: exactly one of `gatewayAPI` and `service`. Default: `service`.',
  {
    rules: [
      {
        rule: '!(has(self.gatewayAPI) && has(self.service))',
        message:
          'traffic has both gatewayAPI and service: exactly one router can split the traffic, remove one',
      },
    ],
  },
);
export type Traffic = z.infer<typeof Traffic>;
