/** What flags mean that are left out. */
export const lintDefaults = { scrapeInterval: '15s', errors: '0.1%' } as const;

export const lintHelp = `Judges manifests without a cluster: by the schemas and rules of the API server, by what no rollout would begin with, and then as an expert
would, with warnings about what is accepted and may be regretted. Objects that are none of Understudy's are left alone.

Usage: understudy lint -f FILE|FOLDER|- [-f ...] [flags]

  -f, --file PATH          a file, a folder with all that lies below it, or - for standard input; several times for several
  --traffic RATE           requests of users, such as 100/s or 30/m: says how long each gate takes to decide, and warns where that is too long
  --errors SHARE           share of requests that are bad with a healthy model, for --traffic; default: ${lintDefaults.errors}
  --scrape-interval TIME   how often Prometheus scrapes, where analysis.interval does not say it; default: ${lintDefaults.scrapeInterval}
  --ignore CODE,CODE       warnings that nobody wants to hear; what is refused is said all the same
  --prometheus URL         says, too, whether the series are there that the metrics need, with the revision that serves now
  --bearer-token-file F    a file with a bearer token for Prometheus
  --ca-file F              a file with the certificate authority of Prometheus, as PEM
  --strict                 warnings count, too: exit code 1
  -o, --output json        one JSON document instead of text
  -h, --help               this text

docs/lint.md lists the warnings.

Exit codes: 0 nothing is refused; 1 something is, or with --strict there are warnings; 3 the command line or a file or Prometheus cannot be used.`;
