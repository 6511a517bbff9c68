import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { importKubeConfig } from './kube-config-import.ts';

/** Run outside Jest, whose own module loader knows no hooks. */
async function loadedByChild(script: string): Promise<{ generated: number; kubeConfig: string }> {
  const counting = `
    import { registerHooks } from 'node:module';
    let generated = 0;
    registerHooks({ load: (url, context, next) => {
      if (url.includes('/@kubernetes/client-node/dist/gen/')) generated += 1;
      return next(url, context);
    } });
    const kubeConfig = await (async () => { ${script} })();
    console.log(JSON.stringify({ generated, kubeConfig: typeof new kubeConfig().loadFromDefault }));
  `;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', counting];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return JSON.parse(stdout) as { generated: number; kubeConfig: string };
}

describe('importKubeConfig', () => {
  it('gives the class of client-node', async () => {
    const KubeConfig = await importKubeConfig();
    expect(new KubeConfig().getContexts()).toEqual([]);
  });

  it('loads none of the generated models and calls, which cost most of the memory', async () => {
    const ours = "return (await import('./kube-config-import.ts')).importKubeConfig();";
    const found = await loadedByChild(ours);
    expect(found.kubeConfig).toBe('function');
    expect(found.generated).toBeGreaterThan(0);
    expect(found.generated).toBeLessThan(20);
  });

  it('leaves an ordinary import of the whole package as it is', async () => {
    const both = `
      await (await import('./kube-config-import.ts')).importKubeConfig();
      const { CoreV1Api, KubeConfig } = await import('@kubernetes/client-node');
      if (typeof CoreV1Api !== 'function') throw new Error('no typed calls');
      return KubeConfig;
    `;
    expect((await loadedByChild(both)).generated).toBeGreaterThan(500);
  });
});
