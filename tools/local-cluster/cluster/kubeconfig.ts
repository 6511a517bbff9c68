/** A kubeconfig with one cluster, one user with a bearer token, and one context, as JSON (which is YAML). */
export function renderKubeconfig(options: {
  clusterName: string;
  server: string;
  certificateAuthority: Buffer;
  user: string;
  token: string;
  namespace?: string;
}): string {
  const { clusterName, user } = options;
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': clusterName,
      clusters: [
        {
          name: clusterName,
          cluster: {
            server: options.server,
            'certificate-authority-data': options.certificateAuthority.toString('base64'),
          },
        },
      ],
      users: [{ name: user, user: { token: options.token } }],
      contexts: [
        {
          name: clusterName,
          context: { cluster: clusterName, user, namespace: options.namespace ?? 'default' },
        },
      ],
    },
    null,
    2,
  )}\n`;
}
