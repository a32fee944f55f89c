/** Is it the journal that reads? Then each line may begin with its priority [sd-daemon(3)]; without one it is a mere remark there. */
import { fstatSync } from 'node:fs';

/** A stream is the journal's if systemd says so of the same file [systemd.exec(5), JOURNAL_STREAM]. */
export function isJournal({ fd }: { readonly fd: number }): boolean {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return process.env['JOURNAL_STREAM'] === `${dev}:${ino}`;
}
