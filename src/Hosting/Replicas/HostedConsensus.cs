using System.Runtime.CompilerServices;
using Consensus.Engine;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>
/// The <see cref="IConsensus"/> that dependency injection hands out. It is there before the replica runs: operations wait for it, for
/// the operation time-out at most, and then throw, because nobody has started the host. Events begin when the replica does.
/// </summary>
internal sealed class HostedConsensus : IConsensus
{
    private readonly ConsensusOptions _options;
    private readonly IEngine _engine;
    private readonly TimeProvider _time;
    private readonly SignatureLibrary _library;
    private readonly TaskCompletionSource<IConsensus> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IConsensus? _replica;
    private NodeCredentials? _credentials;
    private volatile ConsensusException? _failure;

    public HostedConsensus(ConsensusOptions options, IEngine engine, TimeProvider time, SignatureLibrary library)
    {
        _options = options;
        _engine = engine;
        _time = time;
        _library = library;
    }

    public ConsensusGuarantees Guarantees => _engine.Guarantees;

    public ConsensusStatus Status => _replica is not { } replica ? NotStarted()
        : _credentials?.Expires is { } end ? replica.Status with { CertificateExpires = end }
        : replica.Status;

    public ConsensusMetrics GetMetrics() => _replica?.GetMetrics() ?? new ConsensusMetrics { Node = _options.Node };

    /// <summary>Why the replica failed, if it has.</summary>
    public ConsensusException? Failure => _failure;

    /// <summary>The replica runs.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="credentials">The certificate that its connections use, if they are TCP connections.</param>
    public void SetRunning(IConsensus replica, NodeCredentials? credentials)
    {
        _credentials = credentials;
        _replica = replica;
        _started.TrySetResult(replica);
    }

    /// <summary>The replica could not be started, or has failed since.</summary>
    public void SetFailed(ConsensusException reason)
    {
        _failure = reason;
        if (_started.TrySetException(reason))
        {
            // Nobody need be waiting; the host reports the reason anyway.
            _ = _started.Task.Exception;
        }
    }

    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        return _replica is { } replica ? replica.ProposeAsync(command, options, cancellationToken) : WaitAndPropose(command.ToArray());

        async ValueTask<ProposeResult> WaitAndPropose(byte[] copy)
        {
            var started = await StartedAsync(cancellationToken).ConfigureAwait(false);
            return await started.ProposeAsync(copy, options, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<SessionResult> OpenSessionAsync(ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        if (!_library.IsThere)
        {
            // With the first signed command this node would have to stop: it could not tell what the others make of it.
            return new SessionResult(RefusalReason.NotSupported, ClientId.None);
        }

        var copy = publicKey.ToArray();
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.OpenSessionAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.ReadBarrierAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        return _replica is { } replica ? replica.QueryAsync(query, consistency, cancellationToken) : WaitAndQuery();

        async ValueTask<QueryResult> WaitAndQuery()
        {
            var started = await StartedAsync(cancellationToken).ConfigureAwait(false);
            return await started.QueryAsync(query, consistency, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<ProofResult> ProveAsync(LogIndex index, CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.ProveAsync(index, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<FoundResult> FindResultAsync(RequestId request, CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.FindResultAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.ChangeMembershipAsync(change, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ControlResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken = default)
    {
        var copy = order.ToArray();
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);

        // An operator's mistake: it would be a pause for nothing. What a group agrees on it may agree on again, and so its members take such an order.
        return replica.Status.RunningEpoch is { } running && (_engine as HybridEngine)?.Epochs.Newest is { } newest && newest.Id == running.Id
            && SealOrder.TryRead(copy) is { } read && read.Ends == running.Id && !read.Next.DifferencesFrom(newest).Any()
            ? new ControlResult(RefusalReason.InvalidChange, $"The group runs {running.Protocol} already, in epoch {newest.Number}{(read.Next.IsProtocolAlone ? "" : ", with all else that the order names")}.")
            : await replica.EndEpochAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default)
    {
        var replica = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await replica.TransferLeadershipAsync(target, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) =>
        _replica is { } replica ? replica.EventsAsync(cancellationToken) : EventsFromStartAsync(cancellationToken);

    private async IAsyncEnumerable<ConsensusEvent> EventsFromStartAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Without the time limit of operations: whoever listens has nothing better to do.
        var replica = await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var happening in replica.EventsAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return happening;
        }
    }

    private ValueTask<IConsensus> StartedAsync(CancellationToken cancellationToken)
    {
        return _replica is { } replica ? new ValueTask<IConsensus>(replica) : Wait();

        async ValueTask<IConsensus> Wait()
        {
            try
            {
                return await _started.Task.WaitAsync(_options.Replica.OperationTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException exception)
            {
                throw new InvalidOperationException(
                    $"Node {_options.Node} of {_options.Path} has not been started within {DurationText.Format(_options.Replica.OperationTimeout)}. Its host must be started before it is used.",
                    exception);
            }
        }
    }

    private ConsensusStatus NotStarted() => new()
    {
        Node = _options.Node,
        Algorithm = _engine.Name,
        Epoch = Epoch.Zero,
        Role = _failure is null ? ReplicaRole.Follower : ReplicaRole.Stopped,
        Leader = NodeId.None,
        TermOrView = 0,
        LastIndex = LogIndex.Zero,
        CommitIndex = LogIndex.Zero,
        AppliedIndex = LogIndex.Zero,
        SnapshotIndex = LogIndex.Zero,
        Threat = ThreatLevel.None,
        Membership = ClusterMembership.Empty,
        AcceptsWrites = false,
    };
}
