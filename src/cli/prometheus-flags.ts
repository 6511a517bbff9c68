import { configSchema, toControllerConfig } from '../config/config-schema.ts';
import type { MetricsSourceConfig } from '../config/controller-config.ts';
import { UsageError } from './usage-error.ts';

/** A Prometheus as flags name it. */
export interface PrometheusChoice {
  url: string;
  timeout: string;
  bearerTokenFile: string | undefined;
  caFile: string | undefined;
}

/** What the flags say; undefined without `--prometheus`. Throws `UsageError`. */
export function prometheusOf(values: {
  prometheus?: string | undefined;
  'bearer-token-file'?: string | undefined;
  'ca-file'?: string | undefined;
}): PrometheusChoice | undefined {
  const { prometheus: url, 'bearer-token-file': bearerTokenFile, 'ca-file': caFile } = values;
  if (url !== undefined) return { url, timeout: '10s', bearerTokenFile, caFile };
  if (bearerTokenFile === undefined && caFile === undefined) return undefined;
  throw new UsageError('--bearer-token-file and --ca-file belong to --prometheus URL');
}

/** Checked as the controller's configuration is. Throws `UsageError`, which names the flag. */
export function sourceConfigOf(
  { url, timeout, bearerTokenFile, caFile }: PrometheusChoice,
  name: string,
): MetricsSourceConfig {
  const given = {
    name,
    url,
    timeout,
    ...(bearerTokenFile !== undefined && { bearerTokenFile }),
    ...(caFile !== undefined && { tls: { caFile } }),
  };
  const checked = configSchema.safeParse({ sources: [given] });
  if (checked.success) return toControllerConfig(checked.data).sources[0]!;
  const [issue] = checked.error.issues;
  const field = String(issue?.path.at(-1));
  const flag = { url: '--prometheus', timeout: '--timeout' }[field] ?? field;
  throw new UsageError(`${flag}: accepted: ${issue?.message}`);
}

/** What went wrong, and where the address or the credentials may be at fault, what to look at. */
export function withPrometheusAdvice(message: string, url: string): string {
  if (!/cannot be reached|no query API|redirects|refuses the credentials|gave up|took longer/.test(message))
    return message;
  return `${message}\nIs --prometheus ${url} the address at which its /api/v1/query answers? In a cluster: kubectl port-forward svc/prometheus 9090, then --prometheus http://localhost:9090. A token goes into --bearer-token-file.`;
}
