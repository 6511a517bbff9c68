import { checkQuery } from '../../../domain/analysis/check-expressions.ts';
import { labelName } from '../names.ts';
import type { SourceNode } from '../source-node.ts';

const instead = 'bring the number into Prometheus and ask it by a metric of kind query';

/** What stands in the place of other providers. */
const providers: Readonly<Record<string, string>> = {
  web: 'a gate with webhook sends a CloudEvent and takes the status for the answer, or {"verdict": "fail"} in the body: it reads no jsonPath, and would take for a Pass what the condition refuses; write a service that answers so, or a gate with a Job that calls this address (docs/gates.md)',
  kayenta: 'the comparison with the stable revision is built in: a metric of kind errorRate or latency',
  datadog: `Datadog is not asked; ${instead}`,
  newRelic: `New Relic is not asked; ${instead}`,
  wavefront: `Wavefront is not asked; ${instead}`,
  cloudWatch: `CloudWatch is not asked; ${instead}`,
  graphite: `Graphite is not asked; ${instead}`,
  influxdb: `InfluxDB is not asked; ${instead}`,
  skywalking: `SkyWalking is not asked; ${instead}`,
  plugin: `there are no plugins for measurements; ${instead}`,
};

/** Says of every provider but Prometheus that it is not asked. */
export function droppedProviders(provider: SourceNode): void {
  for (const [name, words] of Object.entries(providers))
    provider.at(name).dropped(`${words}; the metric is left out`);
}

/** The query for Prometheus in our words; undefined where it cannot be asked. */
export function promQuery(prometheus: SourceNode): string | undefined {
  const source = "the sources stand in the controller's configuration; a spec names one by analysis.source";
  for (const field of ['address', 'authentication', 'insecure', 'headers', 'timeout'])
    prometheus.at(field).changed(source);
  prometheus
    .at('rangeQuery')
    .dropped(
      'queries are asked for one moment; write the range into the query, such as max_over_time(...[5m])',
    );
  const node = prometheus.at('query');
  const given = node.text()?.trim();
  if (given === undefined) return undefined;
  const renamed = given.replace(
    /\{\{\s*args\.([^}\s]+)\s*\}\}/g,
    (_, name: string) => `{{ args.${labelName(name)} }}`,
  );
  const query = renamed.replace(/\brollouts_pod_template_hash\b/g, 'revision');
  if (query !== renamed) {
    node.changed(
      'the label rollouts_pod_template_hash became revision, which the scrape has to put on the series (docs/scraping.md)',
    );
  }
  const [problem] = checkQuery({ query: query.replace(/\{\{ args\.[^}]+\}\}/g, '1') });
  if (!problem) return query;
  node.dropped(`${problem.words}; the metric is left out`);
  return undefined;
}
