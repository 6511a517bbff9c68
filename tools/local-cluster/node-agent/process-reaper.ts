import { spawn, type ChildProcess } from 'node:child_process';

/** Reads `add GROUP` and `drop GROUP`; when the other end is gone, kills the groups that are left. */
const script = `
groups=' '
while read -r verb group; do
  case $verb in
    add) groups="$groups$group " ;;
    drop) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/**
 * Ends the containers' process groups when the agent dies without a chance to do so itself: a small
 * process at the end of a pipe from the agent. The death signal of each container's main process is
 * faster, but does not reach what that process has started.
 */
export class ProcessReaper {
  private readonly child: ChildProcess;

  constructor(sh: string) {
    this.child = spawn(sh, ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.child.stdin?.on('error', () => undefined);
    this.child.unref();
  }

  add(group: number): void {
    this.child.stdin?.write(`add ${group}\n`);
  }

  drop(group: number): void {
    this.child.stdin?.write(`drop ${group}\n`);
  }

  /** The process ends by itself once it has read everything. */
  close(): void {
    this.child.stdin?.end();
  }
}
