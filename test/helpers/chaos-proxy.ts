// A bad network between a client and a server: delay, jitter, cuts at any byte, silence, half-open connections, resets.
// Each direction has a weather of its own, which may change while connections live. Bytes are never lost or reordered:
// that is what TCP promises even there.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Weather {
  /** Milliseconds that each chunk waits. */
  delay: number;
  /** Milliseconds added at random, up to this. */
  jitter: number;
  /** How chunks are cut: as they come, at random places, or at every byte. Each piece is written in a turn of its own. */
  cut: 'whole' | 'random' | 'bytes';
  /** Nothing gets through until it is over. */
  blackhole: boolean;
}

const fair = (): Weather => ({ delay: 0, jitter: 0, cut: 'whole', blackhole: false });

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class ChaosProxy {
  /** From the client to the server, and back. Change it with `turn`. */
  readonly up: Weather = fair();
  readonly down: Weather = fair();
  /** Closes new connections at once, as a port that forwards to nothing. */
  refusing = false;
  /** Connections so far. */
  accepted = 0;
  /** Bytes that clients have sent so far, over all connections. */
  came = 0;
  #watched: { readonly bytes: number; readonly tell: () => void }[] = [];
  readonly #pairs = new Set<Pair>();
  readonly #sockets = new Set<Socket>();
  /** The port that new connections are forwarded to. */
  target: number;
  readonly #random: () => number;
  #server: Server | null = null;
  #wakeUp: (() => void)[] = [];

  private constructor(target: number, random: () => number) {
    this.target = target;
    this.#random = random;
  }

  /** Forwards to a port of this machine. `random`: 0 to 1. */
  static async open(target: number, random: () => number = Math.random): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(target, random);
    const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => proxy.#accept(socket));
    proxy.#server = server;
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Resolves as soon as clients have sent so many bytes in all. */
  until(bytes: number): Promise<void> {
    return new Promise(tell => {
      this.#watched.push({ bytes, tell });
      this.#count(0);
    });
  }

  #count(bytes: number): void {
    this.came += bytes;
    const reached = this.#watched.filter(each => each.bytes <= this.came);
    if (reached.length === 0) return;
    this.#watched = this.#watched.filter(each => each.bytes > this.came);
    for (const { tell } of reached) tell();
  }

  /** Live connections. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Changes the weather, of both directions or of one, from the next piece on. */
  turn(weather: Partial<Weather>, direction: 'up' | 'down' | 'both' = 'both'): void {
    if (direction !== 'down') Object.assign(this.up, weather);
    if (direction !== 'up') Object.assign(this.down, weather);
    for (const wake of this.#wakeUp.splice(0)) wake();
  }

  /** Ends all connections in an orderly way. */
  cut(): void {
    this.#end(socket => socket.destroy());
  }

  /** Ends all connections by a reset, on both sides. */
  reset(): void {
    this.#end(socket => socket.resetAndDestroy());
  }

  /** One side is gone, and the other hears nothing of it. */
  halfOpen(gone: 'client' | 'server'): void {
    for (const pair of this.#pairs) pair[gone].resetAndDestroy();
    this.#pairs.clear();
  }

  /** Fair weather; whoever is half open hears that nobody knows the connection, as from a machine that is back. */
  heal(): void {
    this.refusing = false;
    const whole = new Set([...this.#pairs].flatMap(({ client, server }) => [client, server]));
    for (const socket of this.#sockets) if (!whole.has(socket)) socket.resetAndDestroy();
    this.turn(fair());
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.turn({ blackhole: false });
  }

  #end(how: (socket: Socket) => void): void {
    for (const { client, server } of this.#pairs) {
      how(client);
      how(server);
    }
    this.#pairs.clear();
  }

  #accept(client: Socket): void {
    this.accepted += 1;
    client.on('error', () => {});
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    server.on('error', () => {});
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    // A side that ends ends the other, unless the pair was torn apart on purpose.
    client.once('close', () => this.#pairs.delete(pair) && server.destroy());
    server.once('close', () => this.#pairs.delete(pair) && client.destroy());
    client.on('data', (chunk: Buffer) => this.#count(chunk.length));
    this.#pipe(client, server, this.up);
    this.#pipe(server, client, this.down);
  }

  #pipe(from: Socket, to: Socket, weather: Weather): void {
    const queue: Buffer[] = [];
    let running = false;
    let ended = false;
    const run = async () => {
      running = true;
      for (let chunk = queue.shift(); chunk && !to.destroyed; chunk = queue.shift())
        await this.#carry(chunk, to, weather);
      running = false;
      if (ended) to.end();
      else from.resume();
    };
    from.on('data', (chunk: Buffer) => {
      queue.push(chunk);
      from.pause();
      if (!running) void run();
    });
    from.on('end', () => {
      ended = true;
      if (!running) to.end();
    });
  }

  async #carry(chunk: Buffer, to: Socket, weather: Weather): Promise<void> {
    for (let at = 0; at < chunk.length && !to.destroyed; ) {
      while (weather.blackhole && !to.destroyed) await this.#change(to);
      const wait = weather.delay + weather.jitter * this.#random();
      if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
      const end = at + this.#size(chunk.length - at, weather);
      const room = to.write(chunk.subarray(at, end));
      at = end;
      if (!room) await once(to, 'drain');
      else if (weather.cut !== 'whole') await new Promise(resolve => setImmediate(resolve));
    }
  }

  #size(left: number, { cut }: Weather): number {
    if (cut === 'whole') return left;
    return cut === 'bytes' ? 1 : 1 + Math.floor(this.#random() * left);
  }

  #change(socket: Socket): Promise<void> {
    return new Promise(resolve => {
      this.#wakeUp.push(resolve);
      socket.once('close', () => resolve());
    });
  }
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off(event, done);
      socket.off('close', done);
      resolve();
    };
    socket.once(event, done);
    socket.once('close', done);
  });
}
