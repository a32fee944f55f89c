/** What happens to a log: each rotation as the broker (vernemq-logs 4) and logrotate do it, and each misfortune that befalls a reader. */
import type { Trial } from './trial.ts';

export interface Scenario {
  readonly name: string;
  play(trial: Trial): Promise<void>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'no rotation, fast',
    async play(trial) {
      trial.writer.open();
      await trial.start();
      await trial.writer.burst(100_000);
    },
  },
  {
    name: 'rename and create, fast, 5 rotations',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(40_000);
      for (let rotation = 0; rotation < 5; rotation += 1) {
        writer.rename();
        writer.open();
        await writer.burst(40_000);
      }
    },
  },
  {
    name: 'rename and create, 500 lines/s, 2 rotations',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.pace(1_500, 500);
      for (let rotation = 0; rotation < 2; rotation += 1) {
        writer.rename();
        writer.open();
        await writer.pace(1_500, 500);
      }
    },
  },
  {
    name: 'logrotate `create`, the writer stays in the renamed file for 2 s, 3 rotations',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.pace(500, 500);
      for (let rotation = 0; rotation < 3; rotation += 1) {
        writer.rename();
        writer.create();
        await writer.pace(1_000, 500);
        writer.open();
        await writer.pace(500, 500);
      }
    },
  },
  {
    name: 'OTP with compress_on_rotate, 5 rotations',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(20_000);
      for (let rotation = 0; rotation < 5; rotation += 1) {
        await writer.renameAndCompress();
        await writer.burst(20_000);
      }
    },
  },
  {
    name: 'lager, 8,000 lines/s, its buffer goes into the renamed file, 8 rotations',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      for (let rotation = 0; rotation < 8; rotation += 1) {
        await writer.pace(7_600, 8_000);
        writer.rename();
        writer.create();
        writer.write(400);
        writer.open();
      }
      await writer.pace(8_000, 8_000);
    },
  },
  {
    name: 'logrotate `copytruncate`, fast, 3 times',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(32_500);
      for (let rotation = 0; rotation < 3; rotation += 1) {
        writer.copyAndTruncate(50);
        await writer.burst(32_450);
      }
    },
  },
  {
    name: 'truncated in place after all had drained, and filled again at once: with less, then with more',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(800);
      for (const lines of [500, 1_000]) {
        await trial.drained();
        writer.refill(lines);
        await writer.pace(500, 500);
      }
    },
  },
  {
    name: 'deleted and created anew, twice',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(1_000);
      for (let time = 0; time < 2; time += 1) {
        await trial.drained();
        writer.close();
        writer.remove();
        writer.open();
        await writer.burst(1_000);
      }
    },
  },
  {
    name: 'missing at start',
    async play(trial) {
      await trial.start();
      await trial.writer.burst(2_000);
    },
  },
  {
    name: 'a link, retargeted twice',
    async play(trial) {
      const { writer } = trial;
      writer.retarget('20261120');
      await trial.start();
      await writer.burst(1_000);
      for (const date of ['20261121', '20261122']) {
        writer.retarget(date);
        // Time to see where it leads: nobody could find a target that it led to between two looks.
        await writer.pace(500, 500);
        await writer.burst(500);
      }
    },
  },
  {
    name: 'stopped; 500 lines, a rotation, 500 lines; started',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(500);
      await trial.drained();
      await trial.stop('SIGTERM');
      await writer.burst(500);
      writer.rename();
      writer.open();
      await writer.burst(500);
      await trial.start();
      await writer.burst(500);
    },
  },
  {
    name: 'killed (`kill -9`); 500 lines; started',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(500);
      await trial.drained();
      await trial.stop('SIGKILL');
      await writer.burst(500);
      await trial.start();
      await writer.burst(500);
    },
  },
  {
    name: 'killed amid 100,000 lines; 500 lines; started',
    async play(trial) {
      const { writer } = trial;
      writer.open();
      await trial.start();
      await writer.burst(50_000);
      const writing = writer.burst(50_000);
      await trial.stop('SIGKILL');
      await writing;
      await trial.start();
      await writer.burst(500);
    },
  },
];
