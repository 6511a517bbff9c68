import type { TestBed } from './test-bed.ts';

const rbac = 'rbac.authorization.k8s.io';

/** ServiceAccounts of the namespace `default` that look at the dashboard, each with at most one role there, and with a token of its own. */
export class DashboardPeople {
  readonly #bed: TestBed;
  readonly #tokens = new Map<string, string>();

  private constructor(bed: TestBed) {
    this.#bed = bed;
  }

  /** Makes the people, by their roles; undefined: none. */
  static async admit(bed: TestBed, roles: Record<string, string | undefined>): Promise<DashboardPeople> {
    const people = new DashboardPeople(bed);
    for (const [name, role] of Object.entries(roles)) await people.#admit(name, role);
    return people;
  }

  /** Undefined for who was not made. */
  tokenOf(name: string): string | undefined {
    return this.#tokens.get(name);
  }

  /** As the API server calls them. */
  userOf = (name: string): string => `system:serviceaccount:default:${name}`;

  /** Takes the role away, of which the API server knows at once. */
  async dismiss(name: string): Promise<void> {
    const path = `/apis/${rbac}/v1/namespaces/default/rolebindings/${name}`;
    await this.#bed.user.delete(path);
  }

  async #admit(name: string, role: string | undefined): Promise<void> {
    const metadata = { name, namespace: 'default' };
    await this.#bed.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    const { body } = await this.#bed.user.post(`/api/v1/namespaces/default/serviceaccounts/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
    this.#tokens.set(name, body.status.token as string);
    if (role === undefined) return;
    await this.#bed.apply({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    });
  }
}
