export const convertHelp = `Makes ModelDeployments and MetricTemplates of manifests for Argo Rollouts (Rollout, AnalysisTemplate, ClusterAnalysisTemplate) and Flagger
(Canary, MetricTemplate, AlertProvider).
The new manifests go to standard output; what has no equivalent, and what is to be done by hand, is told on standard error, a line for each field.
Give what they refer to as well: Deployments, Services, HTTPRoutes, templates, AlertProviders.

Usage: understudy convert -f FILE|FOLDER|- [-f ...] [flags]

  -f, --file PATH          a file, a folder with all that lies below it, or - for standard input; several times for several
  --gateway NAME           the Gateway that is to split traffic, as NAME or NAMESPACE/NAME, whatever split it before
  --hostname NAME          a host name for it, instead of those that the files tell; several times for several
  --strict                 fields that were left out count, too: exit code 1
  -o, --output json        one JSON document with the manifests and the report, on standard output
  -h, --help               this text

docs/converting.md says what becomes of each field.

Exit codes: 0 converted; 1 something is missing without which a ModelDeployment is not what it was, or with --strict something was left out; 3 the command line or a file cannot be used.`;
