/** What the service manager hears. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { ServiceManager } from '../../src/systemd.ts';
import { scratch } from '../helpers/cli.ts';

const LISTENING = { NOTIFY_SOCKET: '/run/systemd/notify' };

const settled = () => new Promise((resolve) => setImmediate(resolve));
const nobodyFails = (error: unknown) => {
  throw error;
};

/** Ours, and what it told a manager that answers at once. */
function prompt(env: NodeJS.ProcessEnv = LISTENING) {
  const messages: (readonly string[])[] = [];
  const run = (args: readonly string[]) => Promise.resolve(void messages.push(args));
  return { manager: new ServiceManager({ env, failed: nobodyFails, run }), messages };
}

/** Ours, and what it told a manager that takes the next message only when it has answered the last one. */
function slow() {
  const messages: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const run = (args: readonly string[]) => {
    messages.push(args);
    return new Promise<void>((resolve) => answers.push(resolve));
  };
  const answer = async () => {
    await settled();
    answers.shift()!();
    await settled();
  };
  return { manager: new ServiceManager({ env: LISTENING, failed: nobodyFails, run }), messages, answer };
}

test('ready, alive and stopping are told in the words of sd_notify', async () => {
  const { manager, messages } = prompt();
  await manager.ready('following 2 logs');
  await manager.alive();
  await manager.alive('1 alert raised');
  await manager.stopping();
  expect(messages).toEqual([
    ['READY=1', 'STATUS=following 2 logs'],
    ['WATCHDOG=1'],
    ['WATCHDOG=1', 'STATUS=1 alert raised'],
    ['STOPPING=1'],
  ]);
});

test('a reload is told with the time of the monotonic clock', async () => {
  const { manager, messages } = prompt();
  const before = process.hrtime.bigint() / 1000n;
  await manager.reloading();
  const after = process.hrtime.bigint() / 1000n;
  expect(messages[0]![0]).toBe('RELOADING=1');
  const told = BigInt(/^MONOTONIC_USEC=(\d+)$/.exec(messages[0]![1]!)![1]!);
  expect(told >= before && told <= after).toBe(true);
});

test('without a manager nothing is run, and every call returns', async () => {
  const { manager, messages } = prompt({ WATCHDOG_USEC: '30000000' });
  await Promise.all([manager.ready('following'), manager.reloading(), manager.alive('well'), manager.stopping()]);
  expect(messages).toEqual([]);
  expect(manager.present).toBe(false);
  expect(manager.aliveEveryMs).toBeNull();
});

test('one at a time, in the order of the calls', async () => {
  const { manager, messages, answer } = slow();
  void manager.ready('following');
  void manager.stopping();
  await settled();
  expect(messages).toEqual([['READY=1', 'STATUS=following']]);
  await answer();
  expect(messages.at(-1)).toEqual(['STOPPING=1']);
});

test('signs of life do not pile up before a slow manager', async () => {
  const { manager, messages, answer } = slow();
  void manager.ready('following');
  const signs = [manager.alive('one alert'), manager.alive('two alerts'), manager.alive()];
  await answer();
  await answer();
  await Promise.all(signs);
  expect(messages.slice(1)).toEqual([['WATCHDOG=1', 'STATUS=two alerts']]);
  void manager.alive();
  await settled();
  expect(messages.at(-1)).toEqual(['WATCHDOG=1']);
});

test('a failure is told once, and the next message is tried all the same', async () => {
  const failed: unknown[] = [];
  const tried: (readonly string[])[] = [];
  const run = (args: readonly string[]) => {
    tried.push(args);
    return Promise.reject(new Error('ENOENT'));
  };
  const manager = new ServiceManager({ env: LISTENING, failed: (error) => failed.push(error), run });
  await manager.ready('following');
  await manager.alive();
  expect(failed).toEqual([new Error('ENOENT')]);
  expect(tried).toHaveLength(2);
});

test('a status cannot say anything else than a status', async () => {
  const { manager, messages } = prompt();
  await manager.ready('following a\nMAINPID=1');
  expect(messages).toEqual([['READY=1', 'STATUS=following a MAINPID=1']]);
});

test.each([
  ['a third of what the manager allows', { WATCHDOG_USEC: '30000000' }, 10_000],
  ['the same if we are named', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) }, 10_000],
  ['none if somebody else is', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, null],
  ['none without a watchdog', {}, null],
  ['none where it is no number', { WATCHDOG_USEC: 'soon' }, null],
  ['none where it is too small to keep', { WATCHDOG_USEC: '0' }, null],
])('signs of life: %s', (_, env, every) => {
  expect(new ServiceManager({ env: { ...LISTENING, ...env }, failed: nobodyFails }).aliveEveryMs).toBe(every);
});

// Perl is a part of every Debian. A descriptor that comes with a message (BARRIER=1) is closed, because nobody takes it: as the manager does it.
const RECEIVER = `
  use Socket; $| = 1;
  socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
  bind($s, sockaddr_un($ARGV[0])) or die $!;
  print "bound\\n";
  while (defined recv($s, my $text, 4096, 0)) { $text =~ s/\\n/ /g; print "$text\\n" }
`;
const missing = ['systemd-notify', 'perl'].filter((program) => spawnSync(program, ['--version']).error !== undefined);

test.skipIf(missing.length > 0)(
  `the real systemd-notify tells a real socket${missing.map((name) => ` (no ${name} here)`).join('')}`,
  async () => {
    const socket = scratch()('notify');
    const receiver = spawn('perl', ['-e', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void receiver.kill());
    const received = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
    expect(await received.next()).toMatchObject({ value: 'bound' });

    const manager = new ServiceManager({ env: { ...process.env, NOTIFY_SOCKET: socket }, failed: nobodyFails });
    await manager.ready('following 1 log');
    await manager.alive();
    expect(await received.next()).toMatchObject({ value: 'READY=1 STATUS=following 1 log' });
    // Only the barrier lets the manager see the sender while it lives.
    expect(await received.next()).toMatchObject({ value: 'BARRIER=1' });
    expect(await received.next()).toMatchObject({ value: 'WATCHDOG=1' });
  },
);

test('systemd-notify is not installed: said, not thrown', async () => {
  const failed: unknown[] = [];
  const manager = new ServiceManager({ env: { ...LISTENING, PATH: scratch()('nothing') }, failed: (error) => failed.push(error) });
  await manager.ready('following');
  expect(failed).toMatchObject([{ code: 'ENOENT' }]);
});
