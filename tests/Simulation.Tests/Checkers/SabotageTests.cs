using System.Buffers;
using Consensus.Engine;
using Consensus.Raft;
using Consensus.Raft.Messages;
using Consensus.Replication.KeyValue;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Whole runs in which one part does what it must not: the right checker finds it.</summary>
public sealed class SabotageTests
{
    private const int Seeds = 5;

    [Test]
    public void A_state_machine_that_is_not_deterministic_is_named_with_its_command()
    {
        var violation = Find(new SimulationOptions { Faults = FaultSet.None, StateMachine = Differing() }, "state agreement");
        Assert.That(violation.Description, Does.Contain("not deterministic").And.Contain("command \""));
    }

    [Test]
    public void A_log_that_reports_what_it_has_not_written_is_found_when_its_node_starts_again() =>
        Find(new SimulationOptions { Faults = FaultSet.Of(FaultKind.Crash), Log = static log => new LyingLog(log) }, "log is kept");

    [Test]
    public void A_core_that_votes_before_its_disk_does_is_found() =>
        Find(new SimulationOptions { Faults = FaultSet.None, Protocol = SimulatedProtocol.Of(static () => new HastyEngine(typeof(VoteResponse))) }, "honest never equivocates");

    [Test]
    public void A_core_that_acknowledges_before_its_disk_does_is_found() =>
        Find(new SimulationOptions { Faults = FaultSet.None, Protocol = SimulatedProtocol.Of(static () => new HastyEngine(typeof(AppendAccepted))) }, "honest never equivocates");

    private static Violation Find(SimulationOptions options, string checker)
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var run = new SimulationRun(seed, options with { Duration = TimeSpan.FromSeconds(20) });
            run.Run();
            if (run.World.Violations is [var violation, ..])
            {
                Assert.That(violation.Checker, Is.EqualTo(checker), violation.Description);
                return violation;
            }
        }

        throw new AssertionException($"{checker} found nothing in seeds 1 to {Seeds}");
    }

    private static Func<IStateMachine> Differing()
    {
        var made = 0;
        return () => new DifferingMachine(++made);
    }

    /// <summary>A state machine that keeps the number of its own instance with what it is told.</summary>
    private sealed class DifferingMachine(int instance) : IStateMachine
    {
        private readonly KeyValueStateMachine _machine = new();
        private int _applied;

        public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
        {
            var own = RegisterOperation.Write("instance", instance).Content.Span;
            return _machine.Apply(context, ++_applied % 20 == 0 ? own : command, result);
        }

        public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _machine.Query(query, result);

        public Digest StateHash() => _machine.StateHash();

        public IStateSnapshot CaptureSnapshot() => _machine.CaptureSnapshot();

        public void Restore(Stream snapshot) => _machine.Restore(snapshot);
    }

    /// <summary>A log that says that a batch is on disk, and writes it with the next one.</summary>
    private sealed class LyingLog(IWriteAheadLog log) : IWriteAheadLog
    {
        private ILogBatch? _owed;

        public Lsn LastStaged => log.LastStaged;

        public bool AcceptsWrites => log.AcceptsWrites;

        public void Stage(in LogRecord record) => log.Stage(record);

        public ILogBatch? TakeBatch() => log.TakeBatch();

        public void Persist(ILogBatch batch)
        {
            if (_owed is { } owed)
            {
                log.Persist(owed);
            }

            _owed = batch;
        }

        public void TryReclaimSpace() => log.TryReclaimSpace();

        public bool Compact(LogIndex index) => log.Compact(index);

        public void Dispose() => log.Dispose();
    }

    /// <summary>Raft, except that one kind of promise does not wait for the disk.</summary>
    private sealed class HastyEngine(Type hasty) : IEngine
    {
        private readonly RaftEngine _engine = new(SimulationOptions.RaftDefaults);

        public string Name => _engine.Name;

        public ConsensusGuarantees Guarantees => _engine.Guarantees;

        public bool MarksCheckpoints => _engine.MarksCheckpoints;

        public IMessageCodec Codec => _engine.Codec;

        public IMessageVerifier Verifier => _engine.Verifier;

        public IProtocolCore CreateCore(CoreContext context) => new HastyCore(_engine.CreateCore(context), hasty, context.Recovered.LastLsn);
    }

    private sealed class HastyCore(IProtocolCore core, Type hasty, Lsn lastLsn) : IProtocolCore
    {
        private readonly EffectBuffer _own = new(lastLsn);

        public Ticks NextDeadline => core.NextDeadline;

        public CoreStatus Status => core.Status;

        public void BeginTurn(Ticks now, Timestamp clock) => core.BeginTurn(now, clock);

        public void Step(Ticks now, Input input, EffectBuffer effects) => core.Step(now, input, _own);

        public void EndTurn(Ticks now, EffectBuffer effects)
        {
            core.EndTurn(now, _own);
            _own.Records.ToList().ForEach(record => Append(record, effects));
            _own.Messages.ToList().ForEach(message => effects.Send(message.To, Hurry(message.Message)));
            effects.Compact(_own.CompactUpTo);
            if (_own.Install is { } snapshot)
            {
                effects.InstallSnapshot(snapshot);
            }

            _own.Committed.ToList().ForEach(entry => effects.Commit(entry));
            _own.Requests.ToList().ForEach(effects.Request);
            _own.Refusals.ToList().ForEach(refusal => effects.Refuse(refusal.Ticket, refusal.Reason));
            _own.Reads.ToList().ForEach(read => effects.ConfirmRead(read.Ticket, read.Index));
            _own.Controls.ToList().ForEach(control => effects.CompleteControl(control.Ticket, control.Result));
            _own.Events.ToList().ForEach(effects.Raise);
            _own.Clear();
        }

        public Digest StateDigest() => core.StateDigest();

        private ProtocolMessage Hurry(ProtocolMessage message) =>
            message is PromiseMessage promise && message.GetType() == hasty ? promise with { AfterLsn = default } : message;

        private static void Append(LogRecord record, EffectBuffer effects)
        {
            switch (record.Kind)
            {
                case LogRecordKind.Entry:
                    effects.Append(record.Entry);
                    break;
                case LogRecordKind.Truncate:
                    effects.Truncate(record.Entry.Index);
                    break;
                case LogRecordKind.Slot:
                    effects.Save(record.Slot, record.Value);
                    break;
                case LogRecordKind.Base:
                    effects.Rebase(new LogPosition(record.Entry.Index, record.Entry.Term, record.Entry.Chain));
                    break;
            }
        }
    }
}
