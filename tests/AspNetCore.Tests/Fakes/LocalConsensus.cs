using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.Sessions;

namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>A group of one without a protocol: every command is committed at once, by the replicated state that a real group has.</summary>
internal sealed class LocalConsensus(IStateMachine machine) : IConsensus
{
    /// <summary>The cluster that clients sign for.</summary>
    public static readonly ClusterId Cluster = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    /// <summary>Makes the keys of clients, and checks what they have signed.</summary>
    public static readonly SimulatedKeyRegistry Keys = new(7);

    private readonly Lock _lock = new();
    private readonly SessionedStateMachine _state = new(machine, new SessionOptions(), new ClientSignatures(Cluster, Keys));
    private ulong _index;
    private ulong _ownClient;
    private ulong _ownSequence;

    public ConsensusGuarantees Guarantees { get; set; } = ConsensusGuarantees.TotalOrder | ConsensusGuarantees.Linearizable | ConsensusGuarantees.ExactlyOnce;

    /// <summary>Called with the number of each proposal before it is answered; what it returns is what the caller sees, whatever became of the command.</summary>
    public Func<int, ProposeResult, ProposeResult>? Distort { get; set; }

    public int Proposals { get; private set; }

    /// <summary>What the last proposal that was accepted waited for.</summary>
    public CommitLevel LastWaitFor { get; private set; }

    /// <summary>How many changes of the membership were asked for.</summary>
    public int Changes { get; private set; }

    /// <summary>Called with the number of each change of the membership; what it returns is what the caller sees. The change is made if it is done.</summary>
    public Func<int, ControlResult>? DistortChange { get; set; }

    public ClusterMembership Membership { get; set; } = new([new Member(new NodeId(1), "127.0.0.1:7001")], []);

    public IReadOnlyList<MemberThreat> Threats { get; set; } = [];

    public EpochStatus? RunningEpoch { get; set; }

    public ConsensusStatus Status => new()
    {
        Node = new NodeId(1),
        Algorithm = "raft",
        Epoch = new Epoch(1),
        Role = ReplicaRole.Leader,
        Leader = new NodeId(1),
        TermOrView = 1,
        LastIndex = new LogIndex(_index),
        CommitIndex = new LogIndex(_index),
        AppliedIndex = new LogIndex(_index),
        CertifiedIndex = new LogIndex(_index == 0 ? 0 : _index - 1),
        SnapshotIndex = LogIndex.Zero,
        Threat = ThreatLevel.None,
        Threats = Threats,
        RunningEpoch = RunningEpoch,
        Membership = Membership,
        MembershipVersion = new LogIndex(_index),
        AcceptsWrites = true,
    };

    public ConsensusMetrics GetMetrics() => throw new NotSupportedException();

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        if (options.WaitFor == CommitLevel.Certified && !Guarantees.HasFlag(ConsensusGuarantees.Certifying))
        {
            return new(ProposeResult.Refused(RefusalReason.NotSupported));
        }

        lock (_lock)
        {
            LastWaitFor = options.WaitFor;
            var request = options.Request;
            if (request == RequestId.None)
            {
                _ownClient = _ownClient == 0 ? Open() : _ownClient;
                request = new RequestId(new ClientId(_ownClient), ++_ownSequence);
            }

            var kind = options.Signature.IsEmpty ? CommandKind.Command : CommandKind.SignedCommand;
            var applied = Append(kind, request, options.AcknowledgedBelow, [.. options.Signature.Span, .. command.Span]);
            var result = applied.Outcome switch
            {
                CommandOutcome.Applied => new ProposeResult(ProposeStatus.Applied, applied.Index, applied.Result.ToArray(), RefusalReason.None),
                CommandOutcome.Rejected => new ProposeResult(ProposeStatus.Rejected, applied.Index, applied.Result.ToArray(), RefusalReason.None),
                CommandOutcome.NotSignedByClient => ProposeResult.Refused(RefusalReason.NotSignedByClient),
                CommandOutcome.RequestBeyondWindow => ProposeResult.Refused(RefusalReason.RequestBeyondWindow),

                // As a replica says it to whoever keeps a session: it cannot know what became of the same request elsewhere.
                CommandOutcome.SessionExpired => ProposeResult.Unknown(RefusalReason.SessionExpired),
                CommandOutcome.RequestForgotten => ProposeResult.Unknown(RefusalReason.RequestForgotten),
                CommandOutcome.SessionOpened or CommandOutcome.Malformed or CommandOutcome.NoCommand => throw new InvalidOperationException($"The command is {applied.Outcome}."),
            };
            Proposals++;
            return new(Distort is null ? result : Distort(Proposals, result));
        }
    }

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(new SessionResult(RefusalReason.None, new ClientId(Open())));
        }
    }

    public ValueTask<SessionResult> OpenSessionAsync(ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(new SessionResult(RefusalReason.None, new ClientId(Append(CommandKind.OpenSessionWithKey, RequestId.None, 0, publicKey.Span).Index.Value)));
        }
    }

    public ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default) =>
        new(new ReadBarrierResult(RefusalReason.None, new LogIndex(_index)));

    public ValueTask<QueryResult> QueryAsync(
        ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var result = new ArrayBufferWriter<byte>();
            _state.Query(query.Span, result);
            return new(new QueryResult(RefusalReason.None, new LogIndex(_index), result.WrittenMemory));
        }
    }

    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default)
    {
        Changes++;
        if (DistortChange?.Invoke(Changes) is { IsDone: false } distorted)
        {
            return new(distorted);
        }

        if (change.ExpectedVersion is { } version && version.Value != _index)
        {
            return new(new ControlResult(RefusalReason.MembershipChanged, $"Expected is version {version}, there is {_index}."));
        }

        foreach (var step in change.Steps)
        {
            var others = Membership.Members.RemoveAll(member => member.Id == step.Id);
            var address = step.Address.Length > 0 ? step.Address : Membership.Find(step.Id)?.Address ?? "";
            Membership = new ClusterMembership(
                step.Kind == MembershipStepKind.Remove ? others : others.Add(new Member(step.Id, address, step.Kind == MembershipStepKind.AddLearner ? MemberRole.Learner : MemberRole.Voter)),
                []);
        }

        return new(ControlResult.Done);
    }

    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) => new(
        Membership.Find(target) is null && target != NodeId.None
            ? new ControlResult(RefusalReason.InvalidChange, $"Node {target} is no member.")
            : ControlResult.Done);

    public async IAsyncEnumerable<ConsensusEvent> EventsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        yield break;
    }

    private ulong Open() => Append(CommandKind.OpenSession, RequestId.None, 0, default).Index.Value;

    private AppliedCommand Append(CommandKind kind, RequestId request, ulong acknowledgedBelow, ReadOnlySpan<byte> body)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + body.Length];
        CommandEnvelope.WriteHeader(payload, kind, request, acknowledgedBelow);
        body.CopyTo(payload.AsSpan(CommandEnvelope.HeaderSize));
        return _state.Apply(new LogEntry(new LogIndex(++_index), new Term(1), EntryKind.Command, new Timestamp((long)_index), payload, default));
    }
}
