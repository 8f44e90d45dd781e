// A lock for one process at a time. Test files that run in parallel may need the same build.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while this process owns the lock file. A lock of a process that has ended is taken over. */
export async function withLock(file, work) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    }
    let owner;
    try {
      owner = Number(readFileSync(file, 'utf8'));
    } catch {
      continue; // the owner has released the lock
    }
    // Zero: the owner has created the file and not yet written its process id.
    if (owner > 0 && !isAlive(owner)) {
      rmSync(file, { force: true });
    } else {
      await sleep(100);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
