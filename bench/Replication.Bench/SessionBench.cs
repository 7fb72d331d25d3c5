using BenchmarkDotNet.Attributes;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.Sessions;

namespace Consensus.Replication.Bench;

/// <summary>What sessions cost: commands in order, numbers at the window's end, hashes and captures with 10,000 sessions.</summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class SessionBench
{
    private const int Sessions = 10_000;
    private const int Round = 1_000;
    private const int InFlight = 64;
    private const int ResultSize = 12;
    private const int WindowMax = 16_384;

    private SessionedStateMachine _state = New();
    private ulong _index;
    private ulong _sequence;
    private ulong _next;

    /// <summary>Each of the sessions keeps five results of 200 bytes.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _state = New(200);
        for (var session = 0; session < Sessions; session++)
        {
            Apply(_state, CommandKind.OpenSession, 0, 0, 0);
        }

        for (ulong sequence = 1; sequence <= 5; sequence++)
        {
            for (ulong session = 1; session <= Sessions; session++)
            {
                Apply(_state, CommandKind.Command, session, sequence, 1);
            }
        }

        _sequence = 5;
        _state.StateHash();
    }

    /// <summary>Commands of one session, each acknowledging the one 64 before it.</summary>
    [Benchmark(OperationsPerInvoke = Round)]
    public void CommandsInOrder()
    {
        for (var i = 0; i < Round; i++)
        {
            _sequence++;
            Apply(_state, CommandKind.Command, Sessions, _sequence, _sequence > InFlight ? _sequence - InFlight : 1);
        }
    }

    /// <summary>100 sessions, each with one command: the window's last.</summary>
    [Benchmark(OperationsPerInvoke = 100)]
    public SessionedStateMachine WindowsEnd()
    {
        var state = New();
        for (ulong index = 1; index <= 200; index += 2)
        {
            var opened = state.Apply(Entry(CommandKind.OpenSession, index, 0, 0, 0));
            state.Apply(Entry(CommandKind.Command, index + 1, opened.Index.Value, WindowMax, 1));
        }

        return state;
    }

    /// <summary>1,000 commands of as many sessions, and a state hash.</summary>
    [Benchmark]
    public Digest HashAfter1000Commands()
    {
        Touch();
        return _state.StateHash();
    }

    /// <summary>The same and a capture.</summary>
    [Benchmark]
    public void HashAndCaptureAfter1000Commands()
    {
        Touch();
        _state.StateHash();
        _state.CaptureSnapshot().Dispose();
    }

    /// <summary>A capture when nothing has changed since the hash.</summary>
    [Benchmark]
    public void Capture() => _state.CaptureSnapshot().Dispose();

    private static SessionedStateMachine New(int resultSize = ResultSize) => new(new SilentMachine(resultSize), new SessionOptions(), new ClientSignatures(new ClusterId(Guid.Empty), new SimulatedKeyRegistry(1)));

    private static LogEntry Entry(CommandKind kind, ulong index, ulong client, ulong sequence, ulong acknowledgedBelow)
    {
        var payload = new byte[CommandEnvelope.HeaderSize];
        CommandEnvelope.WriteHeader(payload, kind, new RequestId(new ClientId(client), sequence), acknowledgedBelow);
        return new LogEntry(new LogIndex(index), new Term(1), EntryKind.Command, default, payload, default);
    }

    /// <summary>The first command's result is acknowledged by the next of its session, so that five are kept.</summary>
    private void Touch()
    {
        for (var i = 0; i < Round; i++)
        {
            var round = 6 + (_next / (Sessions - 1));
            Apply(_state, CommandKind.Command, 1 + (_next % (Sessions - 1)), round, round - 4);
            _next++;
        }
    }

    private void Apply(SessionedStateMachine state, CommandKind kind, ulong client, ulong sequence, ulong acknowledgedBelow) =>
        state.Apply(Entry(kind, ++_index, client, sequence, acknowledgedBelow));
}
