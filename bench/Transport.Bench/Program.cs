using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Consensus.Transport.Bench;

// dotnet run -c Release --project bench/Transport.Bench
var rounds = args.Length > 0 ? int.Parse(args[0]) : 50_000;
RawRoundTrips(rounds, pause: 0);
RawRoundTrips(rounds / 25, pause: 1);
await RoundTripsAsync(rounds, pause: 0);
await RoundTripsAsync(rounds / 25, pause: 1);
await ThroughputAsync(frames: 3_000_000, perTurn: 1);
await ThroughputAsync(frames: 3_000_000, perTurn: 64);

// What the machine can do at best: two threads, blocking sockets, one read and one write each.
static void RawRoundTrips(int rounds, int pause)
{
    using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    listener.Listen();
    using var left = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    left.Connect(listener.LocalEndPoint!);
    using var right = listener.Accept();
    right.NoDelay = true;
    var echo = new Thread(() =>
    {
        var buffer = new byte[64];
        while (right.Receive(buffer) > 0)
        {
            right.Send(buffer);
        }
    });
    echo.Start();
    var message = new byte[64];
    Report("raw blocking sockets, 64 B", rounds, pause, () =>
    {
        left.Send(message);
        left.Receive(message);
    });
    left.Shutdown(SocketShutdown.Both);
    echo.Join();
}

static async Task RoundTripsAsync(int rounds, int pause)
{
    using var arrived = new SemaphoreSlim(0);
    var message = new BenchMessage(new byte[64]);
    var (left, right) = await Node.ConnectAsync(
        _ => arrived.Release(),
        node =>
        {
            node.Transport.Send(new Consensus.NodeId(1), message);
            node.Transport.Flush();
        });
    await using (left)
    await using (right)
    {
        Report("transport, 64 B frame", rounds, pause, () =>
        {
            left.Transport.Send(right.Id, message);
            left.Transport.Flush();
            arrived.Wait();
        });
    }
}

static async Task ThroughputAsync(int frames, int perTurn)
{
    long received = 0;
    var (left, right) = await Node.ConnectAsync(_ => { }, _ => Interlocked.Increment(ref received));
    await using (left)
    await using (right)
    {
        var message = new BenchMessage(new byte[300]);
        Send(100_000);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        Send(frames);
        var seconds = clock.Elapsed.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Console.WriteLine(
            $"transport, 300 B frames, {perTurn} per flush: {frames / seconds:N0} frames/s, {(double)allocated / frames:F3} B allocated per frame");

        void Send(int count)
        {
            var target = Interlocked.Read(ref received) + count;
            for (var sent = 0; sent < count;)
            {
                if (left.Transport.Send(right.Id, message))
                {
                    sent++;
                    if (sent % perTurn == 0)
                    {
                        left.Transport.Flush();
                    }
                }
                else
                {
                    left.Transport.Flush();
                    Thread.Yield();
                }
            }

            left.Transport.Flush();
            SpinWait.SpinUntil(() => Interlocked.Read(ref received) >= target);
        }
    }
}

// A pause, in ms, lets the threads fall asleep, as they do in a cluster with little to do.
static void Report(string name, int rounds, int pause, Action roundTrip)
{
    for (var i = 0; i < rounds / 10; i++)
    {
        roundTrip();
    }

    var samples = new double[rounds];
    var allocated = GC.GetTotalAllocatedBytes(precise: true);
    for (var i = 0; i < rounds; i++)
    {
        var start = Stopwatch.GetTimestamp();
        roundTrip();
        samples[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        if (pause > 0)
        {
            Thread.Sleep(pause);
        }
    }

    allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    Array.Sort(samples);
    Console.WriteLine(
        $"{name}, a pause of {pause} ms between: round trip p50 {samples[rounds / 2]:F1} us, p99 {samples[rounds * 99 / 100]:F1} us, {(double)allocated / rounds:F1} B allocated per round trip");
}
