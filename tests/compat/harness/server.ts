import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { eventually } from './eventually';

const outputKeptMax = 1 << 20;
const readyWithinMs = 30_000;
const stopWithinMs = 20_000;
const sanitizerReport = /(Address|Leak|Memory|Thread|UndefinedBehavior)Sanitizer|runtime error:/;

/** A server process on a free port of the loopback interface. */
export class Server {
  readonly address: string;
  readonly pid: number | undefined;
  /** Settles when the process has ended, whoever ended it. */
  readonly ended: Promise<unknown>;
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    port: number
  ) {
    this.address = `127.0.0.1:${port}`;
    this.pid = child.pid;
    this.ended = once(child, 'close').catch((error) => this.keep(String(error)));
    child.stdout?.on('data', (chunk) => this.keep(chunk));
    child.stderr?.on('data', (chunk) => this.keep(chunk));
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** Starts `temporal server start-dev` and waits until it answers. */
  static async start(...flags: string[]): Promise<Server> {
    const port = await freePort();
    const fixed = `--headless --ip 127.0.0.1 --port ${port} --log-level error`.split(' ');
    const child = spawn(process.env.TEMPORAL_BIN!, ['server', 'start-dev', ...fixed, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new Server(child, port);
    try {
      await Promise.race([
        server.answers(),
        server.ended.then(() => Promise.reject(new Error('it ended'))),
      ]);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${child.spawnargs.join(' ')} does not serve: ${error}\n${server.output}`);
    }
    return server;
  }

  /**
   * Stops it as Ctrl-C does; fails unless it ends by itself, cleanly, and never upset a sanitizer.
   */
  async stop(): Promise<void> {
    const wasRunning = this.isRunning();
    this.child.kill('SIGTERM');
    const late = new AbortController();
    const stopped = await Promise.race([
      this.ended.then(() => true),
      pause(stopWithinMs, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (!stopped) await this.kill();
    const faults = [
      ...(wasRunning ? [] : ['the server ended before it was asked to']),
      ...(stopped ? [] : [`the server did not stop within ${stopWithinMs} ms`]),
      ...(this.child.exitCode === 0
        ? []
        : [`exit code ${this.child.exitCode}, signal ${this.child.signalCode}`]),
      ...(sanitizerReport.test(this.output) ? ['a sanitizer spoke up'] : []),
    ];
    if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${this.output}`);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async answers(): Promise<void> {
    const connection = Connection.lazy({
      address: this.address,
      interceptors: [],
      channelArgs: {
        'grpc.initial_reconnect_backoff_ms': 20,
        'grpc.max_reconnect_backoff_ms': 100,
      },
    });
    const ask = (): Promise<boolean> =>
      connection.workflowService.getSystemInfo({}).then(
        () => true,
        () => false
      );
    await eventually(
      `an answer from ${this.address}`,
      ask,
      (answered) => answered || !this.isRunning(),
      readyWithinMs
    );
    await connection.close();
  }

  private keep(chunk: Buffer | string): void {
    this.output = (this.output + chunk).slice(-outputKeptMax);
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  return port;
}
