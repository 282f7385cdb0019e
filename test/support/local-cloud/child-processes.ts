import type { ChildProcess } from 'node:child_process';

const started = new Set<ChildProcess>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let watching = false;

/** Ends the child, and its whole process group, when this process ends. The child must be `detached`. */
export function endWithThisProcess(child: ChildProcess): void {
  started.add(child);
  child.once('exit', () => started.delete(child));
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const each of started) signalGroup(each, 'SIGKILL');
  });
  for (const signal of SIGNALS) {
    const end = () => {
      for (const each of started) signalGroup(each, 'SIGKILL');
      process.off(signal, end);
      // With a handler of its own the program decides what the signal means; without one, it ends as if we were not here.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.on(signal, end);
  }
}

/** Asks the child's process group to end, and makes it after the grace period. */
export async function endGroup(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  }
  // What the child itself has started may outlive it.
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
