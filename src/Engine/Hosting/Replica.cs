using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// A running replica: the one implementation of <see cref="IConsensus"/> for all ordering engines. Four lanes (protocol, log, state
/// machine, snapshot files) and the transport behind it.
/// </summary>
/// <remarks>Safe to use from any number of threads.</remarks>
public sealed class Replica : IConsensus, ITransportReceiver, IAsyncDisposable
{
    // The loop puts a proof together, which takes it a millisecond if the block is large.
    private const int ProofsMax = 16;

    private readonly ReplicaSetup _setup;
    private readonly ReplicaLoop _loop;
    private readonly MessageIngress _ingress;
    private readonly ReplicaEvents _events = new();
    private readonly RejectedMessages _rejected;
    private readonly RejectionInbox _rejections;
    private readonly ReplicaMetrics _metrics;
    private readonly PendingCommandPool _commands;
    private readonly TaskCompletionSource<ConsensusException> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PendingReads _reads = new();
    private readonly PendingReads _proofs = new();
    private long _sessionsOpened;
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
        _rejected = new RejectedMessages(setup.Time, _events);
        _metrics = new ReplicaMetrics(setup.Self, setup.Time);
        _commands = new PendingCommandPool(_metrics);
        _loop = new ReplicaLoop(setup, _events, _metrics, OnFailure);
        _rejections = new RejectionInbox(_loop.Post);
    }

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees => _setup.Engine.Guarantees;

    /// <inheritdoc/>
    public ConsensusStatus Status => _loop.Status.Current;

    /// <summary>Completes when the replica has stopped, with the reason: <see cref="ConsensusFailure.Stopped"/> if it was asked to.</summary>
    public Task<ConsensusException> Stopped => _stopped.Task;

    /// <summary>What waits in this replica, for checks of its bounds. Exact where all its lanes are on one thread.</summary>
    internal ReplicaLoad Load => _loop.Load with { Commands = _commands.Waiting, KeptCommands = _commands.Kept, Reads = _reads.Count };

    private bool HasStopped => Volatile.Read(ref _isStopping) != 0;

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
    public ConsensusMetrics GetMetrics() => _metrics.Look(_commands.Waiting, _events.Counts, _rejected.Count);

    /// <inheritdoc/>
    public ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (HasStopped)
        {
            throw Stopping();
        }

        if (options.Prove)
        {
            return ProposeProvenAsync(command.ToArray(), options with { Prove = false }, cancellationToken);
        }

        if (options.WaitFor == CommitLevel.Certified && !Guarantees.HasFlag(ConsensusGuarantees.Certifying))
        {
            return new ValueTask<ProposeResult>(ProposeResult.Refused(RefusalReason.NotSupported));
        }

        var pending = Propose(
            CheckedKind(options), options.Signature.Span, command.Span, options, cancellationToken, out var refusal);
        return pending is null ? new ValueTask<ProposeResult>(ProposeResult.Refused(refusal)) : pending.AsTask();
    }

    /// <inheritdoc/>
    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default) => OpenSession(CommandKind.OpenSession, default, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SessionResult> OpenSessionAsync(ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default) =>
        publicKey.Length == PublicKey.Size && Ed25519.IsCanonical(new PublicKey(publicKey.Span))
            ? OpenSession(CommandKind.OpenSessionWithKey, publicKey.Span, cancellationToken)
            : throw new ArgumentException($"The {publicKey.Length} bytes are no public key under which a signature could be valid; allowed: the {PublicKey.Size} bytes of an Ed25519 key.", nameof(publicKey));

    /// <inheritdoc/>
    public async ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default)
    {
        var result = await Read(null, ReadConsistency.Linearizable, cancellationToken).ConfigureAwait(false);
        return new ReadBarrierResult(result.Refusal, result.Index);
    }

    /// <inheritdoc/>
    public ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        Read(query, consistency, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ProofResult> ProveAsync(LogIndex index, CancellationToken cancellationToken = default)
    {
        return ProofOf(await AskAsync(index, withProof: true, cancellationToken).ConfigureAwait(false), index);
    }

    /// <inheritdoc/>
    public async ValueTask<FoundResult> FindResultAsync(RequestId request, CancellationToken cancellationToken = default)
    {
        if (!MayBegin(cancellationToken, out Task<AppliedCommand?>? ended))
        {
            await ended.ConfigureAwait(false);
        }

        if (!_reads.TryEnter(_setup.Options.QueuedOperationsMax))
        {
            return FoundResult.Refused(RefusalReason.Overloaded, "Too many reads wait already.");
        }

        var pending = new PendingResult(request, _reads);
        _loop.ReadStale(pending);
        if (await pending.Result.WaitAsync(cancellationToken).ConfigureAwait(false) is not { } applied)
        {
            return FoundResult.Refused(RefusalReason.NotHere, $"Nothing with number {request.Sequence} of session {request.Client} has been applied here yet, or its session is closed.");
        }

        if (applied.Outcome == CommandOutcome.RequestForgotten)
        {
            return FoundResult.Refused(RefusalReason.RequestForgotten, $"Session {request.Client} has acknowledged number {request.Sequence}; its result is no longer kept.");
        }

        // Which command it was, the log says: the session table keeps results only.
        var answer = await AskAsync(applied.Index, withProof: false, cancellationToken).ConfigureAwait(false);
        if (answer.Payload is not { } payload)
        {
            return FoundResult.Refused(answer.Refusal, answer.Detail);
        }

        var command = payload[CommandEnvelope.BodyOffset(payload.Span)..];
        var content = new ReplyContent(request, applied.Outcome == CommandOutcome.Applied, applied.Index, Blake3.Hash(command.Span), applied.Result);
        return _setup.Engine.Sign(content) is { } reply
            ? new FoundResult(RefusalReason.None, "", applied.Index, content.IsApplied, command, applied.Result, SignedReplyDocument.ToUtf8(reply))
            : FoundResult.Refused(RefusalReason.NotSupported, "The engine signs no replies.");
    }

    /// <inheritdoc/>
    public ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Control(new PendingControl((ticket, time) => new MembershipChangeRequested(ticket, change, time)), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) =>
        Control(new PendingControl((ticket, _) => new TransferRequested(ticket, target)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ControlResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken = default)
    {
        var copy = order.ToArray();
        return Control(new PendingControl((ticket, _) => new SealRequested(ticket, copy)), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.Subscribe(cancellationToken);

    /// <summary>Stops the replica: what is under way on its disk is finished, callers that wait get a <see cref="ConsensusException"/>.</summary>
    public ValueTask DisposeAsync() => StopAsync(new ConsensusException(ConsensusFailure.Stopped, $"Replica {_setup.Self} was stopped."));

    /// <inheritdoc/>
    ValueTask<bool> ITransportReceiver.OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken)
    {
        MessageReceived? message = null;
        try
        {
            if (HasStopped)
            {
                // Not the sender's fault: like any message, this one may be lost.
                return new ValueTask<bool>(true);
            }

            if (!_ingress.TryAccept(from, frame.Memory, out message, out var defect))
            {
                if (defect is not null)
                {
                    var membership = Status.Membership;
                    _rejected.OnRejected(from, defect, membership);
                    _rejections.OnRejected(from, membership);
                }

                return new ValueTask<bool>(defect is null);
            }
        }
        finally
        {
            if (message is null)
            {
                frame.Dispose();
            }
        }

        return _loop.PostAsync(message, frame, cancellationToken);
    }

    /// <inheritdoc/>
    void ITransportReceiver.OnConnectionChanged(NodeId peer, bool isConnected) => _loop.Post(new PeerConnectionChanged(peer, isConnected));

    private ValueTask<SessionResult> OpenSession(CommandKind kind, ReadOnlySpan<byte> key, CancellationToken cancellationToken)
    {
        if (!MayBegin(cancellationToken, out Task<SessionResult>? ended))
        {
            return new ValueTask<SessionResult>(ended);
        }

        var request = new RequestId(new ClientId(_setup.Self.Value), NextNonce());
        var pending = Propose(kind, key, default, new ProposeOptions(Request: request), cancellationToken, out var refusal);
        return pending is null ? new ValueTask<SessionResult>(new SessionResult(refusal, ClientId.None)) : pending.AsSessionTask();
    }

    /// <summary>
    /// A number that tells the opening from others of this replica, in this run and earlier ones; even, for those of the replica's own session are odd. Drawn by a hash: the log shows such numbers to everybody, and one is not to tell
    /// the next, as a count or the state of <see cref="DeterministicRandom"/> would. Nothing depends on their being secret.
    /// </summary>
    private ulong NextNonce()
    {
        Span<byte> drawn = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(drawn, _setup.Seed);
        BinaryPrimitives.WriteInt64LittleEndian(drawn[sizeof(ulong)..], Interlocked.Increment(ref _sessionsOpened));
        Span<byte> nonce = stackalloc byte[sizeof(ulong)];
        Blake3.Hash(drawn, nonce);
        return BinaryPrimitives.ReadUInt64LittleEndian(nonce) & ~1UL;
    }

    /// <exception cref="ArgumentException">The signature is none, or of no session.</exception>
    private static CommandKind CheckedKind(in ProposeOptions options)
    {
        if (options.Signature.IsEmpty)
        {
            return CommandKind.Command;
        }

        return options.Signature.Length == Signature.Size && options.Request != RequestId.None
            ? CommandKind.SignedCommand
            : throw new ArgumentException($"The signature has {options.Signature.Length} bytes; allowed: {Signature.Size}, with a {nameof(options.Request)} in a session that was opened with a key.", nameof(options));
    }

    /// <returns>The command on its way; <see langword="null"/> if it is refused.</returns>
    private PendingCommand? Propose(
        CommandKind kind, ReadOnlySpan<byte> credential, ReadOnlySpan<byte> command, ProposeOptions options, CancellationToken cancellationToken, out RefusalReason refusal)
    {
        refusal = command.Length > _setup.Options.CommandBytesMax ? RefusalReason.CommandTooLarge
            : _commands.Waiting >= _setup.Options.QueuedOperationsMax ? RefusalReason.Overloaded
            : RefusalReason.None;
        if (refusal != RefusalReason.None)
        {
            _metrics.OnTurnedAway(refusal);
            return null;
        }

        var pending = _commands.Rent();
        var timeout = options.Timeout > TimeSpan.Zero ? options.Timeout : _setup.Options.OperationTimeout;
        pending.Begin(kind, credential, command, options.Request, options.AcknowledgedBelow, timeout, options.WaitFor, cancellationToken);
        _loop.Post(pending);
        return pending;
    }

    private async ValueTask<ProposeResult> ProposeProvenAsync(byte[] command, ProposeOptions options, CancellationToken cancellationToken)
    {
        var result = await ProposeAsync(command, options, cancellationToken).ConfigureAwait(false);
        if (result.Status is not (ProposeStatus.Applied or ProposeStatus.Rejected))
        {
            return result;
        }

        // A number of a session belongs to the first command that is committed with it. If that was another's, this one has no effect and will have none.
        // Proposals are counted, so their questions need not be.
        var answer = await AskAsync(new PendingProof(result.Index, WithProof: true, Waiting: null), cancellationToken).ConfigureAwait(false);
        if (answer.Payload is not { } payload)
        {
            // Something was committed with this number; whether it was this command nobody can say here any more.
            return ProposeResult.Unknown(answer.Refusal) with { Proof = ProofOf(answer, result.Index) };
        }

        return payload.Span[CommandEnvelope.BodyOffset(payload.Span)..].SequenceEqual(command)
            ? result with { Proof = ProofOf(answer, result.Index) }
            : ProposeResult.Refused(RefusalReason.RequestForgotten);
    }

    private ProofResult ProofOf(ProofAnswer answer, LogIndex index) =>
        new(answer.Refusal, answer.Detail, answer.Proof is { } proof ? new CommitProofDocument(proof, index) { Epochs = _setup.Engine.WayTo(proof.Votes.Statement.Domain.Epoch) }.ToUtf8() : default);

    private ValueTask<QueryResult> Read(ReadOnlyMemory<byte>? query, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        if (!MayBegin(cancellationToken, out Task<QueryResult>? ended))
        {
            return new ValueTask<QueryResult>(ended);
        }

        if (!_reads.TryEnter(_setup.Options.QueuedOperationsMax))
        {
            return new ValueTask<QueryResult>(new QueryResult(RefusalReason.Overloaded, LogIndex.Zero, default));
        }

        var read = new PendingRead(query, _setup.Options.OperationTimeout, _reads);
        read.LinkTo(cancellationToken);
        if (consistency == ReadConsistency.Stale)
        {
            _loop.ReadStale(read);
        }
        else
        {
            _loop.Post(read);
        }

        return new ValueTask<QueryResult>(read.Result);
    }

    /// <summary>Asks the core about an entry.</summary>
    private async ValueTask<ProofAnswer> AskAsync(LogIndex index, bool withProof, CancellationToken cancellationToken)
    {
        if (!_proofs.TryEnter(ProofsMax))
        {
            return ProofAnswer.Refused(RefusalReason.Overloaded, $"{ProofsMax} questions about entries wait already.");
        }

        return await AskAsync(new PendingProof(index, withProof, _proofs), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ProofAnswer> AskAsync(PendingProof pending, CancellationToken cancellationToken)
    {
        if (!MayBegin(cancellationToken, out Task<ProofAnswer>? ended))
        {
            pending.Waiting?.Leave();
            return await ended.ConfigureAwait(false);
        }

        _loop.Post(pending);
        return await pending.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ControlResult> Control(PendingControl control, CancellationToken cancellationToken)
    {
        if (!MayBegin(cancellationToken, out Task<ControlResult>? ended))
        {
            return new ValueTask<ControlResult>(ended);
        }

        control.LinkTo(cancellationToken);
        _loop.Post(control);
        return new ValueTask<ControlResult>(control.Result);
    }

    private bool MayBegin<T>(CancellationToken cancellationToken, [NotNullWhen(false)] out Task<T>? ended)
    {
        ended = cancellationToken.IsCancellationRequested ? Task.FromCanceled<T>(cancellationToken)
            : HasStopped ? Task.FromException<T>(Stopping())
            : null;
        return ended is null;
    }

    private ConsensusException Stopping() => new(ConsensusFailure.Stopped, $"Replica {_setup.Self} has stopped.");

    private void OnFailure(Exception exception)
    {
        var reason = exception as ConsensusException
            ?? new ConsensusException(ConsensusFailure.InvariantViolated, $"Replica {_setup.Self} failed: {exception.Message}", exception);

        // The failing lane cannot wait for itself: somebody else takes the replica down.
        _ = Task.Run(async () => await StopAsync(reason).ConfigureAwait(false));
    }

    private async ValueTask StopAsync(ConsensusException reason)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0)
        {
            await _stopped.Task.ConfigureAwait(false);
            return;
        }

        // Whatever fails on the way down, callers are told, files are closed, and the end is announced.
        _loop.OpenGate();
        try
        {
            await _setup.Transport.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            try
            {
                _loop.Stop(reason);
            }
            finally
            {
                _events.Close(new ReplicaStopped(reason.Reason, reason.Message));
                CloseFiles(reason);
            }
        }
    }

    private void CloseFiles(ConsensusException reason)
    {
        try
        {
            _setup.Log.Dispose();
        }
        finally
        {
            try
            {
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
