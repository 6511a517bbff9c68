import type { Rule } from './schema.ts';

/**
 * Rules of a ModelDeployment that compare one part of the spec with another. They sit above both parts, so they are
 * ratcheting: an object that was stored before the rule was made stays editable.
 */

const containers = 'self.serving.workload.template.spec.containers';
const initContainers = 'self.serving.workload.template.spec.initContainers';
const has = (path: string) => `has(${path})`;
const isSidecar = (c: string) => `has(${c}.restartPolicy) && ${c}.restartPolicy == 'Always'`;

/** How many ports of the pod `condition` (over `p`) holds for. */
const countPorts = (condition: string) =>
  `(${containers}.map(c, has(c.ports) ? c.ports.filter(p, ${condition}).size() : 0).sum() + ` +
  `(${has(initContainers)} ? ${initContainers}.map(c, (${isSidecar('c')}) && has(c.ports) ? c.ports.filter(p, ${condition}).size() : 0).sum() : 0))`;

const asksForPort = 'has(self.service) && has(self.service.targetPort)';
const matchesTarget =
  '(has(p.name) && p.name == self.service.targetPort) || p.containerPort == self.service.targetPort';
const isHttp = "has(p.name) && p.name == 'http'";

const countsRequests = "self.analysis.metrics.exists(m, m.kind == 'errorRate' || m.kind == 'latency')";

export const modelDeploymentRules: Rule[] = [
  {
    rule: `!(${asksForPort}) || ${countPorts(matchesTarget)} >= 1`,
    message: 'service.targetPort matches no port of any container: declare the port, by this name or number',
    fieldPath: '.service.targetPort',
    ratcheting: true,
  },
  {
    rule: `!(${asksForPort}) || type(self.service.targetPort) == int || ${countPorts('has(p.name) && p.name == self.service.targetPort')} <= 1`,
    message: 'service.targetPort names a port that several containers have: give one of them another name',
    fieldPath: '.service.targetPort',
    ratcheting: true,
  },
  {
    rule: `${asksForPort} || ${countPorts(isHttp)} == 1 || (${countPorts(isHttp)} == 0 && ${countPorts('true')} == 1)`,
    message:
      'service.targetPort is needed: without it the containers must have one port named http, or exactly one port in all',
    fieldPath: '.serving.workload.template.spec.containers',
    ratcheting: true,
  },
  {
    rule: `!has(self.analysis) || !has(self.analysis.metrics) || !${countsRequests} || (has(self.traffic) && has(self.traffic.gatewayAPI))`,
    message:
      'analysis.metrics: the kinds errorRate and latency read the request counters of a gateway and need traffic.gatewayAPI; with plain Services use the kind query',
    fieldPath: '.analysis.metrics',
    ratcheting: true,
  },
];

/** Rules over the whole object. The name cannot change, so it is asked once, when the object is made. */
export const modelDeploymentNameRule: Rule = {
  rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && self.metadata.name.size() <= 40",
  message:
    'metadata.name must be at most 40 characters of lower-case letters, digits and "-", start with a letter and end with a letter or digit (DNS-1035): Services are named after it',
  fieldPath: '.metadata.name',
  ratcheting: true,
};
