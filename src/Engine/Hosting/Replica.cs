namespace Consensus.Engine;

/// <summary>
/// A running replica: the one implementation of <see cref="IConsensus"/> for all ordering engines. Four threads (protocol, log, state
/// machine, snapshot files) and the transport behind it.
/// </summary>
/// <remarks>Safe to use from any number of threads.</remarks>
public sealed class Replica : IConsensus, ITransportReceiver, IAsyncDisposable
{
    private readonly ReplicaSetup _setup;
    private readonly ReplicaLoop _loop;
    private readonly MessageIngress _ingress;
    private readonly EventHub _events = new();
    private readonly PendingCommandPool _commands = new();
    private readonly TaskCompletionSource<ConsensusException> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sessionsOpened;
    private int _pendingReads;
    private int _isStopping;

    private Replica(ReplicaSetup setup)
    {
        var problems = setup.Options.Validate();
        if (problems.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', problems));
        }

        _setup = setup;
        _ingress = new MessageIngress(setup.Engine.Codec, setup.Engine.Verifier);
        _loop = new ReplicaLoop(setup, _events, OnFailure);
    }

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees => _setup.Engine.Guarantees;

    /// <inheritdoc/>
    public ConsensusStatus Status => _loop.Status.Current;

    /// <summary>Completes when the replica has stopped, with the reason: <see cref="ConsensusFailure.Stopped"/> if it was asked to.</summary>
    public Task<ConsensusException> Stopped => _stopped.Task;

    /// <summary>Starts a replica.</summary>
    /// <exception cref="ConsensusException">The settings are invalid, or the recovered snapshot cannot be restored.</exception>
    public static async ValueTask<Replica> StartAsync(ReplicaSetup setup, CancellationToken cancellationToken = default)
    {
        Replica replica;
        try
        {
            replica = new Replica(setup);
        }
        catch
        {
            await DisposeOwnedAsync(setup).ConfigureAwait(false);
            throw;
        }

        try
        {
            replica._loop.Start();
            await setup.Transport.StartAsync(replica, cancellationToken).ConfigureAwait(false);
            return replica;
        }
        catch
        {
            await replica.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Propose(CommandKind.Command, command.Span, options, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The number only has to tell this request from others of this replica, in this run and earlier ones.
        var nonce = unchecked(_setup.Seed + ((ulong)Interlocked.Increment(ref _sessionsOpened) << 1));
        var request = new RequestId(new ClientId(_setup.Self.Value), nonce);
        var result = await Propose(CommandKind.OpenSession, default, new ProposeOptions(Request: request), cancellationToken).ConfigureAwait(false);
        return result.IsApplied
            ? new SessionResult(RefusalReason.None, new ClientId(result.Index.Value))
            : new SessionResult(result.Refusal, ClientId.None);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default)
    {
        var result = await ReadAsync(null, ReadConsistency.Linearizable, cancellationToken).ConfigureAwait(false);
        return new ReadBarrierResult(result.Refusal, result.Index);
    }

    /// <inheritdoc/>
    public ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        ReadAsync(query, consistency, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ControlAsync(new PendingControl(change, NodeId.None), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) =>
        ControlAsync(new PendingControl(null, target), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.Subscribe(cancellationToken);

    /// <summary>Stops the replica: what is under way on its disk is finished, callers that wait get a <see cref="ConsensusException"/>.</summary>
    public ValueTask DisposeAsync() => StopAsync(new ConsensusException(ConsensusFailure.Stopped, $"Replica {_setup.Self} was stopped."));

    /// <inheritdoc/>
    async ValueTask<bool> ITransportReceiver.OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken)
    {
        MessageReceived? message = null;
        try
        {
            if (Volatile.Read(ref _isStopping) != 0)
            {
                // Not the sender's fault: like any message, this one may be lost.
                return true;
            }

            if (!_ingress.TryAccept(from, frame.Memory, out message, out _))
            {
                return false;
            }
        }
        finally
        {
            if (message is null)
            {
                frame.Dispose();
            }
        }

        await _loop.PostAsync(message, frame, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    void ITransportReceiver.OnConnectionChanged(NodeId peer, bool isConnected) => _loop.Post(new PeerConnectionChanged(peer, isConnected));

    private ValueTask<ProposeResult> Propose(CommandKind kind, ReadOnlySpan<byte> command, ProposeOptions options, CancellationToken cancellationToken)
    {
        ThrowIfStopped();
        if (command.Length > _setup.Options.CommandBytesMax)
        {
            return new ValueTask<ProposeResult>(ProposeResult.Refused(RefusalReason.CommandTooLarge));
        }

        if (_commands.Waiting >= _setup.Options.QueuedOperationsMax)
        {
            return new ValueTask<ProposeResult>(ProposeResult.Refused(RefusalReason.Overloaded));
        }

        var pending = _commands.Rent();
        var timeout = options.Timeout > TimeSpan.Zero ? options.Timeout : _setup.Options.OperationTimeout;
        pending.Begin(kind, command, options.Request, options.AcknowledgedBelow, timeout);
        var result = pending.AsTask(cancellationToken);
        _loop.Post(pending);
        return result;
    }

    private async ValueTask<QueryResult> ReadAsync(ReadOnlyMemory<byte>? query, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfStopped();
        if (Interlocked.Increment(ref _pendingReads) > _setup.Options.QueuedOperationsMax)
        {
            Interlocked.Decrement(ref _pendingReads);
            return new QueryResult(RefusalReason.Overloaded, LogIndex.Zero, default);
        }

        try
        {
            var read = new PendingRead(query, _setup.Options.OperationTimeout);
            if (consistency == ReadConsistency.Stale)
            {
                _loop.ReadStale(read);
            }
            else
            {
                _loop.Post(read);
            }

            using var registration = cancellationToken.UnsafeRegister(static (read, token) => ((PendingRead)read!).Cancel(token), read);
            return await read.Result.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _pendingReads);
        }
    }

    private async ValueTask<ControlResult> ControlAsync(PendingControl control, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfStopped();
        _loop.Post(control);
        using var registration = cancellationToken.UnsafeRegister(static (control, token) => ((PendingControl)control!).Cancel(token), control);
        return await control.Result.ConfigureAwait(false);
    }

    private void ThrowIfStopped()
    {
        if (Volatile.Read(ref _isStopping) != 0)
        {
            throw new ConsensusException(ConsensusFailure.Stopped, $"Replica {_setup.Self} has stopped.");
        }
    }

    private void OnFailure(Exception exception)
    {
        var reason = exception as ConsensusException
            ?? new ConsensusException(ConsensusFailure.InvariantViolated, $"Replica {_setup.Self} failed: {exception.Message}", exception);

        // The failing thread cannot wait for itself: somebody else takes the replica down.
        _ = Task.Run(async () => await StopAsync(reason).ConfigureAwait(false));
    }

    private async ValueTask StopAsync(ConsensusException reason)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0)
        {
            await _stopped.Task.ConfigureAwait(false);
            return;
        }

        _loop.OpenGate();
        try
        {
            await _setup.Transport.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // Whatever fails on the way down, callers are told, and the end is announced.
            _loop.Stop(reason);
            _events.Close(new ReplicaStopped(reason.Reason, reason.Message));
            try
            {
                _setup.Log.Dispose();
                _setup.Snapshots.Dispose();
            }
            finally
            {
                _stopped.TrySetResult(reason);
            }
        }
    }

    private static async ValueTask DisposeOwnedAsync(ReplicaSetup setup)
    {
        await setup.Transport.DisposeAsync().ConfigureAwait(false);
        setup.Log.Dispose();
        setup.Snapshots.Dispose();
    }
}
