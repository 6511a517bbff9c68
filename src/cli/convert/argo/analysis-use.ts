import type { Metric } from '../../../api/analysis.ts';
import type { Gate, GateTime } from '../../../api/gate.ts';
import { withArguments } from '../../../domain/analysis/template-arguments.ts';
import { labelName, UniqueNames } from '../names.ts';
import { partOf } from '../conversion.ts';
import type { SourceNode } from '../source-node.ts';
import {
  type ArgoMetric,
  type ArgoTemplate,
  argumentsIn,
  dryRunNames,
  templateReference,
} from './analysis-template.ts';
import { JobGates } from './job-gates.ts';

/** What an analysis of a Rollout asks here. */
export interface AskedAnalysis {
  metrics: Metric[];
  /** How many of its metrics became gates. */
  gates: number;
  /** Some metric, or a whole template, was left out. */
  isIncomplete: boolean;
  /** How long its counted measurements take at least, in milliseconds. */
  takesMs: number;
  /** The smallest interval that any of its metrics asks for, in milliseconds. */
  intervalMs: number | undefined;
}

/** Where templates are found, and who is told of those that are named. */
export interface KnownTemplates {
  find(name: string, isCluster: boolean): ArgoTemplate | undefined;
  refer(metric: ArgoMetric): void;
}

/** What Services of the Rollout are called here, by their names there: text with variables of a query. */
export type RenamedServices = ReadonlyMap<string, string>;

/** The analyses of one Rollout: names of metrics are unique in it. */
export class AnalysisUse {
  readonly #rollout: Record<string, unknown>;
  readonly #templates: KnownTemplates;
  readonly #services: RenamedServices;
  readonly #names = new UniqueNames();
  readonly #gates = new JobGates();

  constructor(rollout: Record<string, unknown>, templates: KnownTemplates, services: RenamedServices) {
    this.#rollout = rollout;
    this.#templates = templates;
    this.#services = services;
  }

  /** The Jobs of all analyses. */
  get gates(): readonly Gate[] {
    return this.#gates.all;
  }

  /**
   * Metrics of `templates` with `args`, as a background analysis, an analysis step and both analyses of blue-green have them.
   *
   * @param when when gates are asked that are asked where this analysis stands; undefined: none is
   */
  ask(node: SourceNode, when?: GateTime): AskedAnalysis {
    node
      .at('measurementRetention')
      .dropped('a record keeps the counts of all measurements, and no single ones');
    node
      .at('analysisRunMetadata')
      .dropped('no object is made for an analysis: its record is the ModelRollout');
    const references = node
      .at('templates')
      .items()
      .map((item) => ({ node: item, ...templateReference(item) }));
    const legacy = node.at('templateName');
    if (legacy.isPresent) {
      const isCluster = node.at('clusterScope').flag() ?? false;
      references.push({ node: legacy, name: legacy.text() ?? '', isCluster });
    }
    const given = this.#args(node.at('args'));
    const isDry = dryRunNames(node.at('dryRun'));
    const asked: AskedAnalysis = {
      metrics: [],
      gates: 0,
      isIncomplete: false,
      takesMs: 0,
      intervalMs: undefined,
    };
    for (const reference of references) this.#add(asked, reference, { given, isDry, when }, new Set());
    return asked;
  }

  #add(
    asked: AskedAnalysis,
    { node, name, isCluster }: { node: SourceNode; name: string; isCluster: boolean },
    use: Use,
    seen: Set<string>,
  ): void {
    const { given, isDry, when } = use;
    if (seen.has(`${isCluster} ${name}`)) return;
    seen.add(`${isCluster} ${name}`);
    const template = this.#templates.find(name, isCluster);
    if (!template) {
      asked.isIncomplete = true;
      const kind = isCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
      node.missing(`${kind} "${name}" is in none of the files: give it too, or its metrics are not asked`);
      return;
    }
    if (template.lost.length > 0) asked.isIncomplete = true;
    for (const metric of template.metrics) {
      const { count = 1 } = metric.judgement;
      const { intervalMs } = metric;
      asked.takesMs = Math.max(asked.takesMs, (count - 1) * (intervalMs ?? 0));
      if (intervalMs !== undefined) asked.intervalMs = Math.min(asked.intervalMs ?? Infinity, intervalMs);
      const open = argumentsIn(metric.query, template.args.keys()).filter(
        (arg) => !given.has(arg) && template.args.get(arg) === undefined,
      );
      if (open.length > 0) {
        asked.isIncomplete = true;
        node.missing(
          `argument ${open.join(', ')} of metric ${metric.name} has no value: give it in args; the metric is left out`,
        );
        continue;
      }
      asked.metrics.push(this.#metric(metric, template, isCluster, given, isDry(metric.name)));
    }
    for (const check of template.checks) {
      const valueOf = (arg: string) => given.get(arg)?.value ?? template.args.get(arg);
      if (this.#gates.add(check, { node, valueOf, when: isDry(check.name) ? undefined : when }))
        asked.gates += 1;
      else asked.isIncomplete = true;
    }
    for (const nested of template.nested) this.#add(asked, { node, ...nested }, use, seen);
  }

  #metric(
    metric: ArgoMetric,
    { args }: ArgoTemplate,
    isCluster: boolean,
    given: ReadonlyMap<string, GivenArgument>,
    isDry: boolean,
  ): Metric {
    const named = argumentsIn(metric.query, args.keys());
    const values = named.flatMap((name) => {
      const argument = given.get(name);
      return argument === undefined ? [] : [{ name, ...argument }];
    });
    const name = this.#names.claim(metric.name);
    const judged = { ...metric.judgement, ...(isDry && { dryRun: true }) };
    if (fitsTemplate(metric.query, args, values)) {
      this.#templates.refer(metric);
      return {
        name,
        kind: 'query',
        template: {
          ...(isCluster && { kind: 'ClusterMetricTemplate' as const }),
          name: metric.template,
          ...(values.length > 0 && { args: values.map(({ name: arg, value }) => ({ name: arg, value })) }),
        },
        ...judged,
      };
    }
    // A revision is known when a rollout begins, and an argument is text: such a query stands in the metric itself.
    const inline = named.reduce(
      (query, arg) =>
        query.replace(
          new RegExp(`\\{\\{\\s*args\\.${arg}\\s*\\}\\}`, 'g'),
          () => given.get(arg)?.value ?? args.get(arg) ?? '',
        ),
      metric.query,
    );
    const { resultType, nullable } = metric;
    return {
      name,
      kind: 'query',
      query: inline,
      ...(resultType && { resultType }),
      ...(nullable && { nullable }),
      ...judged,
    };
  }

  #args(node: SourceNode): Map<string, GivenArgument> {
    const args = new Map<string, GivenArgument>();
    for (const item of node.items()) {
      const name = labelName(item.at('name').text() ?? '');
      const text = item.at('value').text();
      const value =
        text === undefined ? this.#valueFrom(item.at('valueFrom')) : this.#renamed(text, item.at('value'));
      if (value === undefined) continue;
      args.set(name, typeof value === 'string' ? { value, isVariable: false } : value);
    }
    return args;
  }

  /** The canary's Service is another one in each rollout here. */
  #renamed(text: string, node: SourceNode): string | GivenArgument {
    for (const [service, here] of this.#services) {
      const asWord = new RegExp(`(?<![\\w-])${service}(?![\\w-])`, 'g');
      if (!asWord.test(text)) continue;
      const value = text.replace(asWord, () => here);
      node.changed(`Service ${service} is ${here} here: the value became ${JSON.stringify(value)}`);
      return { value, isVariable: true };
    }
    return text;
  }

  #valueFrom(node: SourceNode): string | GivenArgument | undefined {
    if (!node.isPresent) return undefined;
    const hash = node.at('podTemplateHashValue');
    if (hash.isPresent) {
      const role = hash.text() === 'Stable' ? 'stable' : 'candidate';
      hash.changed(`became {{ ${role}.revision }}, the label revision of the series (docs/scraping.md)`);
      return { value: `{{ ${role}.revision }}`, isVariable: true };
    }
    const field = node.at('fieldRef', 'fieldPath');
    const path = field.text() ?? '';
    const label = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
    const found = label
      ? partOf(this.#rollout, 'metadata', label[1]!, label[2]!)
      : partOf(this.#rollout, ...path.split('.'));
    if (typeof found !== 'string') {
      node.missing(`the Rollout has no text at ${path || 'the field'}: write the value of the argument`);
      return undefined;
    }
    field.changed(`became the value that it has now: ${JSON.stringify(found)}`);
    return found;
  }
}

/** How an analysis uses its templates. */
interface Use {
  given: ReadonlyMap<string, GivenArgument>;
  isDry: (name: string) => boolean;
  when: GateTime | undefined;
}

interface GivenArgument {
  value: string;
  /** Stands for what is known only when a rollout begins. */
  isVariable: boolean;
}

/** Whether the arguments can stand in the query of a template: as text, each with a value, and where they are no text as one word. */
function fitsTemplate(
  query: string,
  declared: ReadonlyMap<string, string | undefined>,
  given: readonly ({ name: string } & GivenArgument)[],
): boolean {
  if (given.some(({ isVariable, value }) => isVariable || value.length > 512)) return false;
  const values = new Map<string, string>();
  for (const [name, value] of declared) if (value !== undefined) values.set(name, value);
  for (const { name, value } of given) values.set(name, value);
  try {
    withArguments(query, values);
    return true;
  } catch {
    return false;
  }
}
