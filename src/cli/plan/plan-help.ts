import { clusterFlagsHelp } from '../cluster/cluster-flags.ts';
import { lintDefaults as planDefaults } from '../lint/lint-help.ts';

export { planDefaults };

export const planHelp = (
  program: string,
): string => `Says what would happen if a manifest was applied, and changes nothing: whether a rollout would begin, by which steps and for how
long, which objects and how many pods it takes and whether there is room, and what the API server says to a dry run. What you have no right to
see is named and left out.

Usage: ${program} plan -f FILE [flags]

  -f, --file FILE       the manifest, with one ModelDeployment in it and perhaps its MetricTemplates; - reads standard input
      --prometheus URL  shows what each metric says of the stable revision now, and how much traffic there is: the sources of the controller
                        stand in its configuration, which not everybody may read
      --bearer-token-file F  a file with a bearer token for Prometheus
      --ca-file F       a file with the certificate authority of Prometheus, as PEM
      --traffic RATE    requests of users, such as 100/s, for the expected duration; default: what --prometheus counts
      --errors SHARE    share of requests that are bad with a healthy model; default: ${planDefaults.errors}
      --scrape-interval TIME  how often Prometheus scrapes, where analysis.interval does not say it; default: ${planDefaults.scrapeInterval}
  -o, --output json     one JSON document instead of text
${clusterFlagsHelp}

Exit codes: 0 it would be accepted; 1 it would be refused, or no rollout could begin with it; 3 the command line, the file, the cluster or
Prometheus cannot be used.`;
