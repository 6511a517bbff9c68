/** How the status of a pod names one run of a container: by its process, and by when it began, for process ids come again. */
export function containerIdOf(pid: number | undefined, startedAtMs: number): string {
  return `process://${pid}-${startedAtMs}`;
}

/** The process of that run, so that somebody on the same machine can send it a signal. Throws for an id that is not ours. */
export function processIdOf(containerId: string): number {
  const pid = /^process:\/\/(\d+)-\d+$/.exec(containerId)?.[1];
  if (pid === undefined)
    throw new Error(
      `containerID: found ${JSON.stringify(containerId)}; accepted: process://PID-MILLISECONDS`,
    );
  return Number(pid);
}
